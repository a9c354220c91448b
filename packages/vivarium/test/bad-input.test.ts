import { describe, expect, test } from "vitest";
import {
  createFileSystemError,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type Diagnostic,
  type FileSystem,
  NodeRuntime,
} from "../src/index.ts";
import { cellKinds, createRuntime, createWorkspace } from "./worlds.ts";

const parts = (): {
  systemDriver: ReturnType<typeof createNodeDriver>;
  runtimeDriverFactory: ReturnType<typeof createNodeRuntimeDriverFactory>;
} => ({
  systemDriver: createNodeDriver(),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
});

const construct = (options: unknown) => (): unknown => Reflect.construct(NodeRuntime, [options]);

describe("new NodeRuntime() refuses", () => {
  test.each([
    ["no options", undefined, "ERR_INVALID_OPTION"],
    ["an unknown option", { ...parts(), memorylimit: 64 }, "ERR_UNKNOWN_OPTION"],
    ["a negative limit", { ...parts(), memoryLimit: -1 }, "ERR_INVALID_LIMIT"],
    ["a limit that is text", { ...parts(), cpuTimeLimitMs: "5000" }, "ERR_INVALID_LIMIT"],
    ["a limit that is no number", { ...parts(), wallTimeLimitMs: Number.NaN }, "ERR_INVALID_LIMIT"],
    ["a listener that is none", { ...parts(), onStdio: "stdout" }, "ERR_INVALID_OPTION"],
  ])("%s", (_what, options, code) => {
    expect(construct(options)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ["no system driver", { ...parts(), systemDriver: undefined }],
    ["no factory", { ...parts(), runtimeDriverFactory: undefined }],
    ["a factory that makes nothing", { ...parts(), runtimeDriverFactory: { name: "mine" } }],
  ])("%s", (_what, options) => {
    expect(construct(options)).toThrow(expect.objectContaining({ name: "VivariumError", blame: "embedder" }));
  });
});

describe.each(cellKinds)("In a cell of kind %s", (cells) => {
  test.each([
    ["a program that is no string", [42], "ERR_INVALID_PROGRAM"],
    ["a path that is relative", ["1", "entry.mjs"], "ERR_INVALID_OPTION"],
    ["an unknown option", ["1", { filepath: "/a.js" }], "ERR_UNKNOWN_OPTION"],
    ["a negative limit", ["1", { cpuTimeLimitMs: -5 }], "ERR_INVALID_LIMIT"],
  ])("run() rejects %s", async (_what, args, code) => {
    await using runtime = createRuntime({ cells });
    await expect(Reflect.apply(runtime.run, runtime, args)).rejects.toMatchObject({ code });
  });

  test("a syntax error is an outcome that names the place", async () => {
    await using runtime = createRuntime({ cells });
    const result = await runtime.run("const fine = 1;\nconst = 2;", "/broken.cjs");
    expect(result).toMatchObject({ code: 1, outcome: { kind: "threw" } });
    expect(result.errorMessage).toContain("SyntaxError");
  });

  test("a missing module is an outcome with Node's words", async () => {
    await using runtime = createRuntime({ cells, filesystem: createWorkspace() });
    const result = await runtime.run('require("left-pad")');
    expect(result).toMatchObject({ code: 1, outcome: { kind: "threw" } });
    expect(result.errorMessage).toContain("left-pad");
  });

  test("a driver that throws costs the guest an EIO, and tells the embedder", async () => {
    const diagnostics: Diagnostic[] = [];
    const filesystem: FileSystem = {
      ...createWorkspaceMethods(),
      readFile: () => {
        throw new Error("the disk at /srv/private is on fire");
      },
    };
    await using runtime = createRuntime({ cells, filesystem, permissions: { fs: () => true }, diagnostics });
    const result = await runtime.run<string>(
      'try { require("fs").readFileSync("/a.txt"); } catch (error) { module.exports = error.message; }',
    );
    expect(result.exports).toContain("EIO");
    expect(result.exports).not.toContain("/srv/private");
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain("ERR_DRIVER_THREW");
  });

  test("a driver that answers nonsense costs the guest an EIO, and tells the embedder", async () => {
    const diagnostics: Diagnostic[] = [];
    const filesystem = { ...createWorkspaceMethods(), readDirWithTypes: () => "nonsense" };
    await using runtime = createRuntime({
      cells,
      filesystem: filesystem as never,
      permissions: { fs: () => true },
      diagnostics,
    });
    const result = await runtime.run<string>(
      'try { require("fs").readdirSync("/"); } catch (error) { module.exports = error.code; }',
    );
    expect(result.exports).toBe("EIO");
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain("ERR_DRIVER_ANSWER");
  });

  test("a check that throws denies, and tells the embedder", async () => {
    const diagnostics: Diagnostic[] = [];
    const fs = (): boolean => {
      throw new Error("out of order");
    };
    await using runtime = createRuntime({ cells, filesystem: createWorkspace(), permissions: { fs }, diagnostics });
    const result = await runtime.run<string>(
      'try { require("fs").readFileSync("/secret.txt"); } catch (error) { module.exports = error.message; }',
    );
    expect(result.exports).toContain("EACCES");
    expect(result.exports).not.toContain("out of order");
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain("ERR_CHECK_THREW");
  });

  test("a disposed Runtime refuses by name, and disposing twice is fine", async () => {
    const runtime = createRuntime({ cells });
    await runtime.run("1");
    await runtime[Symbol.asyncDispose]();
    await runtime[Symbol.asyncDispose]();
    await expect(runtime.run("1")).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  });
});

/** The methods of a driver with one file, to be replaced one by one. */
function createWorkspaceMethods(): FileSystem {
  const times = { atimeMs: 0, mtimeMs: 0, ctimeMs: 0, birthtimeMs: 0 };
  const common = { nlink: 1, uid: 0, gid: 0, ino: 0, dev: 0, ...times };
  return {
    name: "mine",
    readFile: () => new Uint8Array(4),
    writeFile: () => {},
    readDirWithTypes: () => [{ name: "a.txt", type: "file" }],
    mkdir: () => {},
    stat: (path) => {
      if (path === "/") return { type: "directory", mode: 0o755, size: 0, ...common };
      if (path === "/a.txt") return { type: "file", mode: 0o644, size: 4, ...common };
      throw createFileSystemError("ENOENT", { path });
    },
    removeFile: () => {},
    removeDir: () => {},
    rename: () => {},
  };
}
