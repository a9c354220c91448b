import { allowAllFs, type ErrorCode, isVivariumError } from "@vivarium/core";
import { describe, expect, test } from "vitest";
import { createNodeDriver } from "../src/index.ts";

function codeOf(options: unknown): ErrorCode | "nothing thrown" {
  try {
    Reflect.apply(createNodeDriver, undefined, [options]);
    return "nothing thrown";
  } catch (error) {
    if (isVivariumError(error)) return error.code;
    throw error;
  }
}

function messageOf(options: unknown): string {
  try {
    Reflect.apply(createNodeDriver, undefined, [options]);
    return "nothing thrown";
  } catch (error) {
    return error instanceof Error ? error.message : "no error thrown";
  }
}

const wholeFileSystem = Object.freeze({
  name: "mine",
  readFile: () => new Uint8Array(),
  writeFile: () => {},
  readDirWithTypes: () => [],
  mkdir: () => {},
  stat: () => {
    throw new Error("not called here");
  },
  removeFile: () => {},
  removeDir: () => {},
  rename: () => {},
});

describe("createNodeDriver()", () => {
  test("without options gives a world that has nothing and allows nothing", () => {
    expect(createNodeDriver()).toEqual({ permissions: {}, processConfig: {}, osConfig: {} });
  });

  test("keeps the drivers that it is given, under the names of the contract", () => {
    const networkAdapter = { name: "mine", lookup: () => [] };
    const commandExecutor = { run: () => ({ code: 0, signal: null }) };
    const driver = createNodeDriver({ filesystem: wholeFileSystem, networkAdapter, commandExecutor });
    expect(driver.filesystem).toBe(wholeFileSystem);
    expect(driver.network).toBe(networkAdapter);
    expect(driver.commands).toBe(commandExecutor);
  });

  test("treats an option that is undefined as left out", () => {
    const driver = createNodeDriver({ filesystem: undefined, permissions: { fs: undefined } as never });
    expect(driver).toEqual({ permissions: {}, processConfig: {}, osConfig: {} });
  });

  test("copies permissions, so that a later change of the embedder's object allows nothing", () => {
    const permissions: { fs?: () => boolean } = {};
    const driver = createNodeDriver({ permissions });
    permissions.fs = () => true;
    expect(driver.permissions.fs).toBeUndefined();
    expect(Object.isFrozen(driver)).toBe(true);
    expect(Object.isFrozen(driver.permissions)).toBe(true);
  });

  test("copies environment and arguments, and keeps a variable named __proto__ a variable", () => {
    const env: Record<string, string> = JSON.parse('{"__proto__": "a", "PATH": "/bin"}');
    const argv = ["one"];
    const { processConfig } = createNodeDriver({ processConfig: { env, argv } });
    env["PATH"] = "changed";
    argv.push("two");
    expect(Object.entries(processConfig.env ?? {})).toEqual([
      ["__proto__", "a"],
      ["PATH", "/bin"],
    ]);
    expect(processConfig.argv).toEqual(["one"]);
  });

  test("does not look at options that are inherited", () => {
    expect(createNodeDriver(Object.create({ filesystem: wholeFileSystem })).filesystem).toBeUndefined();
  });
});

const wrongOptions: ReadonlyArray<readonly [options: unknown, code: ErrorCode]> = [
  [null, "ERR_INVALID_OPTION"],
  [[], "ERR_INVALID_OPTION"],
  ["memory", "ERR_INVALID_OPTION"],
  [{ fileSystem: wholeFileSystem }, "ERR_UNKNOWN_OPTION"],
  [{ toString: 1 }, "ERR_UNKNOWN_OPTION"],
  [{ filesystem: null }, "ERR_INVALID_DRIVER"],
  [{ filesystem: "/tmp" }, "ERR_INVALID_DRIVER"],
  [{ filesystem: {} }, "ERR_INVALID_DRIVER"],
  [{ filesystem: { ...wholeFileSystem, rename: undefined } }, "ERR_INVALID_DRIVER"],
  [{ filesystem: { ...wholeFileSystem, lstat: true } }, "ERR_INVALID_DRIVER"],
  [{ networkAdapter: { fetch: "https" } }, "ERR_INVALID_DRIVER"],
  [{ networkAdapter: {} }, "ERR_INVALID_DRIVER"],
  [{ networkAdapter: { name: "none" } }, "ERR_INVALID_DRIVER"],
  [{ commandExecutor: {} }, "ERR_INVALID_DRIVER"],
  [{ permissions: true }, "ERR_INVALID_OPTION"],
  [{ permissions: { fs: true } }, "ERR_INVALID_PERMISSION"],
  [{ permissions: { net: () => true } }, "ERR_UNKNOWN_OPTION"],
  [{ processConfig: 1 }, "ERR_INVALID_OPTION"],
  [{ processConfig: { environment: {} } }, "ERR_UNKNOWN_OPTION"],
  [{ processConfig: { env: { A: 1 } } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { env: { "A=B": "1" } } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { env: { A: "1\0" } } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { cwd: "workspace" } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { argv: "a b" } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { argv: [1] } }, "ERR_INVALID_OPTION"],
  // biome-ignore lint/suspicious/noSparseArray: a hole is the point of this row
  [{ processConfig: { argv: ["a", , "b"] } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { pid: 0 } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { uid: -1 } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { cols: 1.5 } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { stdinIsTTY: "yes" } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { version: "foo" } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { version: "24.1.0" } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { timingMitigation: "on" } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { frozenTimeMs: Number.NaN } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { timingMitigation: "freeze", frozenTimeMs: 8.64e15 + 1 } }, "ERR_INVALID_OPTION"],
  [{ processConfig: { timingMitigation: "freeze", frozenTimeMs: -1e20 } }, "ERR_INVALID_OPTION"],
  [{ osConfig: { homedir: "home" } }, "ERR_INVALID_OPTION"],
  [{ osConfig: { hostname: 1 } }, "ERR_INVALID_OPTION"],
  [{ osConfig: { cpus: 4 } }, "ERR_UNKNOWN_OPTION"],
  [{ moduleAccess: { cwd: "/no such directory" } }, "ERR_INVALID_OPTION"],
  [{ moduleAccess: { cwd: 1 } }, "ERR_INVALID_OPTION"],
  [{ moduleAccess: {} }, "ERR_INVALID_OPTION"],
  [{ moduleAccess: true }, "ERR_INVALID_OPTION"],
  [{ moduleAccess: { cwd: "/", roots: [] } }, "ERR_UNKNOWN_OPTION"],
  [{ useDefaultNetwork: "yes" }, "ERR_INVALID_OPTION"],
  [{ useDefaultNetwork: true, networkAdapter: { fetch() {} } }, "ERR_INVALID_OPTION"],
  [{ useDefaultNetwork: true, loopbackExemptPorts: [0] }, "ERR_INVALID_OPTION"],
  [{ useDefaultNetwork: true, loopbackExemptPorts: 3000 }, "ERR_INVALID_OPTION"],
  [{ loopbackExemptPorts: [3000] }, "ERR_INVALID_OPTION"],
];

describe("createNodeDriver() refuses", () => {
  test.each(wrongOptions)("%j with %s", (options, code) => {
    expect(codeOf(options)).toBe(code);
  });

  test("a filesystem without a required method, and names driver and method", () => {
    const filesystem = { ...wholeFileSystem, removeDir: undefined };
    expect(messageOf({ filesystem })).toBe('Cannot use driver "mine": expected a method removeDir(), got undefined');
  });

  const method = (): void => {};
  class Inherited {
    fetchs(): void {}
  }
  test.each([
    [{ networkAdapter: { fecth: method } }, "fetch", "fecth"],
    [{ networkAdapter: { fetch: method, conect: method } }, "connect", "conect"],
    [{ networkAdapter: { fetch: method, lookUp: method } }, "lookup", "lookUp"],
    [{ networkAdapter: new Inherited() }, "fetch", "fetchs"],
    [{ commandExecutor: { rum: method } }, "run", "rum"],
    [{ commandExecutor: { run: method, reslove: method } }, "resolve", "reslove"],
    [{ filesystem: { ...wholeFileSystem, readdir: method } }, "readDir", "readdir"],
    [{ filesystem: { ...wholeFileSystem, removeFile: undefined, removefiles: method } }, "removeFile", "removefiles"],
  ])("a driver whose method has a misspelt name: %j", (options, right, wrong) => {
    expect(messageOf(options)).toContain(`: expected ${right} as the name of a method, got "${wrong}"`);
  });

  test.each([
    [{ networkAdapter: { fetch: method, fetchs: method, fetcher: method, conect: 1, xonnect: method } }],
    [
      {
        networkAdapter: {
          fetch: method,
          get conect() {
            throw new Error("called");
          },
        },
      },
    ],
    [
      {
        filesystem: { ...wholeFileSystem, read: method, write: method, fstat: method, futimes: method, close: method },
      },
    ],
    [{ commandExecutor: { run: method, resolved: method, ran: method } }],
  ])("no driver for methods of its own", (options) => {
    expect(messageOf(options)).toBe("nothing thrown");
  });

  test("an adapter without any method, and names those that there are", () => {
    expect(messageOf({ networkAdapter: { name: "mine", get: method } })).toBe(
      'Cannot use driver "mine": expected at least one of the methods fetch, lookup, resolve, connect, connectPath, listen, got an object',
    );
  });

  test.each([
    [{ env: { A: 5 } }, 'Cannot use option "processConfig.env.A": expected a string without NUL, got 5'],
    [{ env: { "a\nb": 5 } }, 'Cannot use option "processConfig.env["a\\nb"]": expected a string without NUL, got 5'],
    [{ argv: ["a", 5] }, 'Cannot use option "processConfig.argv[1]": expected a string without NUL, got 5'],
    [
      { cwd: Buffer.from("/") },
      'Cannot use option "processConfig.cwd": expected an absolute path ("/…"), got a Uint8Array',
    ],
  ])("%j, and says what in it is wrong", (processConfig, message) => {
    expect(messageOf({ processConfig })).toBe(message);
  });

  test.each([
    [{ mounts: { "/data": "/srv" } }, 'driver "mounts["/data"]": expected an object with methods, got "/srv"'],
    [
      { useDefaultNetwork: true, loopbackExemptPorts: [80, "81"] },
      'loopbackExemptPorts[1]": expected a port from 1 to',
    ],
  ])("%j, and names what is wrong", (options, message) => {
    expect(messageOf(options)).toContain(message);
  });

  test("a preset where its check belongs, and names the check", () => {
    expect(messageOf({ permissions: { fs: allowAllFs } })).toBe(
      'Cannot use permission "fs": expected a check, got allowAllFs, whose check is allowAllFs.fs',
    );
  });

  test("a frozen time for clocks that run", () => {
    const wanted = 'Cannot use option "processConfig.timingMitigation": expected "freeze" beside frozenTimeMs, got';
    expect(messageOf({ processConfig: { frozenTimeMs: 0 } })).toBe(`${wanted} undefined`);
    expect(messageOf({ processConfig: { frozenTimeMs: 0, timingMitigation: "off" } })).toBe(`${wanted} "off"`);
    const frozen = { frozenTimeMs: 0, timingMitigation: "freeze" } as const;
    expect(createNodeDriver({ processConfig: frozen }).processConfig).toEqual(frozen);
  });

  test("a frozen time that no Date can say, and takes the last that one can", () => {
    const frozen = { frozenTimeMs: -8.64e15, timingMitigation: "freeze" } as const;
    expect(createNodeDriver({ processConfig: frozen }).processConfig).toEqual(frozen);
    expect(messageOf({ processConfig: { ...frozen, frozenTimeMs: 1e20 } })).toBe(
      'Cannot use option "processConfig.frozenTimeMs": expected milliseconds since the epoch, from -8.64e15 to 8.64e15, got 100000000000000000000',
    );
  });

  test("a wrong field by its full name", () => {
    expect(messageOf({ processConfig: { pid: "7" } })).toBe(
      'Cannot use option "processConfig.pid": expected an integer of at least 1, got "7"',
    );
  });
});
