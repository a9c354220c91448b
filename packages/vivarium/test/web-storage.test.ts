import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import {
  allowAllChildProcess,
  allowAllEnv,
  allowAllFs,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type FsAccessRequest,
  NodeRuntime,
  type PermissionCheck,
} from "../src/index.ts";

const program = fileURLToPath(new URL("./programs/web-storage.cjs", import.meta.url));
const readBack = `console.log(localStorage.kept, localStorage.length)`;
const flags = ["--experimental-webstorage", "--no-warnings"];

const directory = mkdtempSync(join(tmpdir(), "vivarium-storage-"));
const filesystem = createInMemoryFileSystem();
const open = (fs: PermissionCheck<FsAccessRequest>): NodeRuntime =>
  new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem, permissions: { ...allowAllChildProcess, ...allowAllEnv, fs } }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells: "inline" }),
  });
const runtime = open(allowAllFs.fs);

afterAll(async () => {
  rmSync(directory, { recursive: true });
  await runtime[Symbol.asyncDispose]();
});

function inNode(args: readonly string[], storage: string): string {
  const all = [...flags, `--localstorage-file=${join(directory, "items.db")}`, ...args];
  return execFileSync(process.execPath, all, { env: { STORAGE: storage }, encoding: "utf8" });
}

/** In a guest that another one starts: options are for those. */
async function inGuest(code: string, storage: string, where = runtime): Promise<string> {
  let output = "";
  const args = [...flags, "--localstorage-file=/items.db", "-e", code];
  const options = { env: { STORAGE: storage }, stdio: "inherit" };
  const starts = `require("node:child_process").spawn("node", ${JSON.stringify(args)}, ${JSON.stringify(options)})`;
  const { errorMessage } = await where.exec(starts, {
    onStdio: ({ message }) => {
      output += message;
    },
  });
  expect(errorMessage).toBe(undefined);
  return output;
}

describe("web storage", () => {
  it.each(["local", "session"])("does what it does in Node: %sStorage", async (storage) => {
    const expected = inNode([program], storage);
    expect(expected.split("\n").length).toBeGreaterThan(70);
    expect((await inGuest(readFileSync(program, "utf8"), storage)).split("\n")).toEqual(expected.split("\n"));
  });

  it("keeps in a file what a later guest finds, and Node", async () => {
    const written = await inGuest(`localStorage.clear(); localStorage.kept = "\u03c0"; console.log("done")`, "local");
    expect(written).toBe("done\n");
    expect(await inGuest(readBack, "local")).toBe("\u03c0 1\n");
    writeFileSync(join(directory, "items.db"), await filesystem.readFile("/items.db"));
    expect(inNode(["-e", `${readBack}; localStorage.more = 1`], "local")).toBe("\u03c0 1\n");
    await filesystem.writeFile("/items.db", readFileSync(join(directory, "items.db")));
    expect(await inGuest(readBack, "local")).toBe("\u03c0 2\n");
  });

  it("needs the file to be allowed", async () => {
    await using denied = open(() => false);
    const program = `try { localStorage.a = 1 } catch (error) { console.log(error.code, error.message) }`;
    expect(await inGuest(program, "local", denied)).toBe("ERR_SQLITE_ERROR unable to open database file\n");
  });
});
