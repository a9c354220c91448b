import { describe, expect, test } from "vitest";
import { allowAllFs } from "../src/index.ts";
import { cellKinds, createRuntime, createWorkspace, recordCalls } from "./worlds.ts";

/** Every function of `node:fs` that takes a path, with arguments that succeed when everything is allowed. */
const calls: Readonly<Record<string, readonly unknown[]>> = {
  access: ["/workspace/file.txt"],
  appendFile: ["/workspace/file.txt", "more"],
  chmod: ["/workspace/file.txt", 0o600],
  chown: ["/workspace/file.txt", 1, 1],
  copyFile: ["/workspace/file.txt", "/workspace/copy.txt"],
  cp: ["/workspace/folder", "/workspace/folder-copy", { recursive: true }],
  lchown: ["/workspace/file.txt", 1, 1],
  link: ["/workspace/file.txt", "/workspace/hard.txt"],
  lstat: ["/workspace/file.txt"],
  lutimes: ["/workspace/file.txt", 1, 1],
  mkdir: ["/workspace/new"],
  mkdtemp: ["/workspace/temporary-"],
  open: ["/workspace/file.txt", "r"],
  opendir: ["/workspace"],
  readdir: ["/workspace"],
  readFile: ["/workspace/file.txt"],
  readlink: ["/workspace/to-link"],
  realpath: ["/workspace/file.txt"],
  rename: ["/workspace/file.txt", "/workspace/renamed.txt"],
  rm: ["/workspace/renamed.txt"],
  rmdir: ["/workspace/new"],
  stat: ["/workspace"],
  statfs: ["/workspace"],
  symlink: ["file.txt", "/workspace/soft.txt"],
  truncate: ["/workspace/hard.txt"],
  unlink: ["/workspace/hard.txt"],
  utimes: ["/workspace", 1, 1],
  writeFile: ["/workspace/written.txt", "text"],
};

const program = (style: "sync" | "callback" | "promise"): string => `
  import fs from "node:fs";
  const styles = {
    sync: async (name, args) => fs[name + "Sync"](...args),
    callback: (name, args) => new Promise((resolve, reject) =>
      fs[name](...args, (error) => error === null || error === undefined ? resolve() : reject(error))),
    promise: (name, args) => fs.promises[name](...args),
  };
  export const results = {};
  for (const [name, args] of Object.entries(${JSON.stringify(calls)})) {
    try { await styles.${style}(name, args); results[name] = "allowed"; } catch (error) { results[name] = error.code; }
  }
`;

const everyCall = (result: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.keys(calls).map((name) => [name, result]));

describe.each(cellKinds)("In a cell of kind %s", (cells) => {
  test.each(["sync", "callback", "promise"] as const)(
    "no permissions: every fs call (%s) is EACCES and reaches no driver",
    async (style) => {
      const seen: string[] = [];
      const filesystem = recordCalls(createWorkspace(), seen);
      await using runtime = createRuntime({ cells, filesystem, permissions: {} });
      const result = await runtime.run<{ results: Record<string, string> }>(program(style), "/entry.mjs");
      expect(result.errorMessage).toBeUndefined();
      expect(result.exports?.results).toEqual(everyCall("EACCES"));
      expect(seen).toEqual([]);
    },
  );

  test.each(["sync", "callback", "promise"] as const)("allowAllFs: the same calls (%s) succeed", async (style) => {
    await using runtime = createRuntime({ cells, filesystem: createWorkspace(), permissions: allowAllFs });
    const result = await runtime.run<{ results: Record<string, string> }>(program(style), "/entry.mjs");
    expect(result.exports?.results).toEqual(everyCall("allowed"));
  });

  test("existsSync answers false, a stream fails, a glob finds nothing, and no driver is asked", async () => {
    const seen: string[] = [];
    const filesystem = recordCalls(createWorkspace(), seen);
    await using runtime = createRuntime({ cells, filesystem, permissions: {} });
    const result = await runtime.run(
      `
        import fs from "node:fs";
        const failure = (stream) => new Promise((resolve) => stream.on("error", (error) => resolve(error.code)));
        export const exists = fs.existsSync("/workspace/file.txt");
        export const reading = await failure(fs.createReadStream("/workspace/file.txt"));
        export const writing = await failure(fs.createWriteStream("/workspace/other.txt"));
      `,
      "/entry.mjs",
    );
    expect(result.exports).toEqual({ exists: false, reading: "EACCES", writing: "EACCES" });
    expect(seen).toEqual([]);
  });

  test("a variable that no check allows is absent, and writing one is refused", async () => {
    await using runtime = createRuntime({ cells, permissions: {} });
    const result = await runtime.exec(
      `
        const seen = [process.env.TOKEN, "TOKEN" in process.env, Object.keys(process.env).length];
        let code; try { process.env.TOKEN = "mine"; } catch (error) { code = error.code; }
        console.log(JSON.stringify([...seen, code, process.env.TOKEN]));
        process.exitCode = process.env.TOKEN === undefined ? 0 : 1;
      `,
      { filePath: "/entry.cjs", env: { TOKEN: "s3cret" } },
    );
    expect(result.code).toBe(0);
  });
});
