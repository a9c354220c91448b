import { describe, expect, test } from "vitest";
import { allowPaths, type FsAccessRequest, type PermissionCheck } from "../src/index.ts";
import { createRuntime, createWorkspace, sampledKinds } from "./worlds.ts";

/** Ways to a secret from inside /workspace. Each is an expression whose value would be the secret. */
const attacks: Readonly<Record<string, string>> = {
  "by its name": 'read("/secret.txt")',
  "through ..": 'read("/workspace/../secret.txt")',
  "through .. of a file": 'read("/workspace/file.txt/../../secret.txt")',
  "through .. of what is not there": 'read("/workspace/nothing/../../secret.txt")',
  "with doubled slashes": 'read("//workspace//..//secret.txt")',
  "with a trailing dot": 'read("/workspace/.././secret.txt")',
  "relative to the working directory": '(process.chdir("/workspace"), read("../secret.txt"))',
  "by file URL": 'read(new URL("file:///workspace/%2e%2e/secret.txt"))',
  "by Buffer": 'read(Buffer.from("/workspace/../secret.txt"))',
  "by a symbolic link": 'read("/workspace/to-secret")',
  "by a relative symbolic link": 'read("/workspace/to-secret-by-dots")',
  "by a link to a link": 'read("/workspace/to-link")',
  "by a linked folder": 'read("/workspace/to-private/key.txt")',
  "by .. of a linked folder": 'read("/workspace/to-private/../secret.txt")',
  "by a link to the root": 'read("/workspace/to-root/secret.txt")',
  "by a link that it makes": '(fs.symlinkSync("/secret.txt", "/workspace/made"), read("/workspace/made"))',
  "by a hard link": '(fs.linkSync("/secret.txt", "/workspace/hard"), read("/workspace/hard"))',
  "by a hard link to a link": '(fs.linkSync("/workspace/to-secret", "/workspace/hard"), read("/workspace/hard"))',
  "by moving it": '(fs.renameSync("/secret.txt", "/workspace/moved"), read("/workspace/moved"))',
  "by moving its folder": '(fs.renameSync("/private", "/workspace/taken"), read("/workspace/taken/key.txt"))',
  "by copying it": '(fs.copyFileSync("/secret.txt", "/workspace/copy"), read("/workspace/copy"))',
  "by copying a link": '(fs.copyFileSync("/workspace/to-secret", "/workspace/copy"), read("/workspace/copy"))',
  "by copying a tree and its links":
    '(fs.cpSync("/workspace/to-private", "/workspace/tree", { recursive: true, dereference: true }), read("/workspace/tree/key.txt"))',
  "by a descriptor": 'read(fs.openSync("/workspace/to-secret", "r"))',
  "by require": 'require("/workspace/to-private/key.txt")',
  "by the real path": 'read(fs.realpathSync("/workspace/to-secret"))',
  "by what /proc knows": 'read("/proc/self/root/secret.txt")',
  "by listing a linked folder": 'fs.readdirSync("/workspace/to-private").join() + "top secret"',
  "by asking about a linked file": 'fs.statSync("/workspace/to-secret").size + "top secret"',
};

const program = (expression: string): string => `
  const fs = require("node:fs");
  const read = (path) => fs.readFileSync(path, "utf8");
  try { module.exports = String(${expression}); } catch (error) { module.exports = "refused: " + error.code; }
`;

const workspaceOnly: PermissionCheck<FsAccessRequest> = (request) =>
  request.path === "/workspace" || request.path.startsWith("/workspace/");

const checks: ReadonlyArray<readonly [name: string, check: PermissionCheck<FsAccessRequest>]> = [
  ["a policy", allowPaths(["/workspace/**"])],
  ["a hand-written check", workspaceOnly],
];

describe.each(sampledKinds)("In a cell of kind %s", (cells) => {
  describe.each(checks)("with %s", (_name, fs) => {
    test.each(Object.entries(attacks))("a secret is not read %s", async (_way, expression) => {
      const filesystem = createWorkspace();
      await using runtime = createRuntime({ cells, filesystem, permissions: { fs } });
      const result = await runtime.run<string>(program(expression));
      expect(result.errorMessage).toBeUndefined();
      expect(result.exports).toMatch(/^refused: (?:EACCES|EPERM|ENOENT|ENOTDIR|MODULE_NOT_FOUND)$/);
      expect(filesystem.readTextFile("/secret.txt")).toBe("top secret");
      expect(filesystem.readTextFile("/private/key.txt")).toBe("top secret");
    });
  });

  test("a write through a dangling link makes no file outside", async () => {
    const filesystem = createWorkspace();
    await using runtime = createRuntime({ cells, filesystem, permissions: { fs: workspaceOnly } });
    const result = await runtime.run<string>(program('fs.writeFileSync("/workspace/dangling", "out")'));
    expect(result.exports).toBe("refused: EACCES");
    expect(filesystem.exists("/nowhere.txt")).toBe(false);
  });

  test("what is inside stays usable, also by a link within", async () => {
    const filesystem = createWorkspace();
    filesystem.symlink("file.txt", "/workspace/to-mine");
    await using runtime = createRuntime({ cells, filesystem, permissions: { fs: workspaceOnly } });
    expect((await runtime.run<string>(program('read("/workspace/to-mine")'))).exports).toBe("mine");
    expect((await runtime.run<string>(program('read("/workspace/folder/../file.txt")'))).exports).toBe("mine");
  });
});
