import type { FileStat, PackageEntry, PackageTree } from "@vivarium/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Attempt } from "../src/attempt.ts";
import { runSteps } from "../src/maybe-async.ts";
import { createPackageCalls } from "../src/packages/package-calls.ts";
import { PackageCode } from "../src/packages/package-code.ts";
import { PackageFileSystem } from "../src/packages/package-file-system.ts";
import { decodePackages } from "../src/packages/package-wire.ts";
import type { HostHandlers } from "../src/system-calls/host-handlers.ts";

const LENGTH = 5_001;

function virtualStat(type: FileStat["type"]): FileStat {
  const times = { atimeMs: 0, mtimeMs: 0, ctimeMs: 0, birthtimeMs: 0 };
  return { type, mode: 0o555, size: 0, nlink: 1, uid: 0, gid: 0, ino: 0, dev: 0, ...times };
}

const names = Array.from({ length: LENGTH }, (_, index) => `${index}.js`);

const stat = virtualStat("directory");
const entries: ReadonlyMap<string, readonly PackageEntry[]> = new Map([
  ["/", [{ name: "node_modules", type: "directory", stat }]],
  ["/node_modules", [{ name: "a", type: "directory", stat }]],
  [
    "/node_modules/a",
    [
      ...names.map((name): PackageEntry => ({ name, type: "file" })),
      { name: "link.js", type: "symlink", stat: virtualStat("symlink"), target: "/node_modules/a/1.js" },
    ],
  ],
]);

/** A tree with one package of many files. */
const tree: PackageTree = {
  roots: ["node_modules"],
  directories: (path) => [{ path, entries: entries.get(path) ?? [] }],
  stat: () => expect.fail("nobody looks"),
  readFile: () => expect.fail("nobody reads"),
};

/** A host that knows the package, if it `knows` it; tells what is wanted once a cell has said that it wants these keys. */
function wantedAfter(keys: string, knows = true): readonly string[] {
  const files = new PackageFileSystem(tree);
  if (knows) files.directories("/node_modules/a");
  const code = new PackageCode(tree);
  runSteps(createPackageCalls(files, code)["packages.wantCode"](new Attempt(true), Buffer.from(keys)));
  return code.takeWanted();
}

const keyOf = (name: string): string => `c/node_modules/a/${name}`;
const invalid = expect.objectContaining({ code: "EINVAL" });

test("code is wanted of files that the host knows, and of nothing else", () => {
  const nonsense = ["none.js", "link.js", "1.js/x", "../a/1.js", ""].map(keyOf);
  const keys = [keyOf("1.js"), ...nonsense, "c/node_modules/a", "c/", "", "m", "m/node_modules/a/2.js"].join("\0");
  expect(wantedAfter(keys)).toEqual([keyOf("1.js"), "m/node_modules/a/2.js"]);
  expect(wantedAfter(keys, false)).toEqual([]);
});

test("code is wanted of 5,000 sources at a time, and no more", () => {
  const keys = names.map(keyOf);
  expect(wantedAfter(keys.slice(1).join("\0"))).toHaveLength(5_000);
  expect(() => wantedAfter(keys.join("\0"))).toThrow(invalid);
});

test("what a cell wants is told in two mebibytes, and no more", () => {
  const long = (length: number): string => `${keyOf("1.js")}\0${"x".repeat(length)}`.slice(0, length);
  expect(wantedAfter(long(2 * 1024 * 1024))).toEqual([keyOf("1.js")]);
  expect(() => wantedAfter(long(2 * 1024 * 1024 + 1))).toThrow(invalid);
});

test("who keeps no code wants none", () => {
  const { "packages.wantCode": want } = createPackageCalls(new PackageFileSystem(tree), undefined);
  expect(() => runSteps(want(new Attempt(true), Buffer.from(keyOf("1.js"))))).toThrow(invalid);
});

describe("a package that takes long to read", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Each step takes five milliseconds, by the clock that the kernel goes by. */
  function slowTree(ended: string[]): PackageTree {
    return {
      ...tree,
      *walk(path) {
        try {
          for (let entry = 0; entry < 3; entry += 1) {
            vi.advanceTimersByTime(5);
            yield;
          }
          return tree.directories(path);
        } finally {
          ended.push(path);
        }
      },
    };
  }
  const ask = (ended: string[], mayWait: boolean): ReturnType<HostHandlers["packages.directories"]> =>
    createPackageCalls(new PackageFileSystem(slowTree(ended)), undefined)["packages.directories"](
      new Attempt(mayWait),
      "/node_modules/a",
    );

  test("is read in slices, between which the host has its turn", async () => {
    const ended: string[] = [];
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      if (ended.length < 3) setImmediate(turn);
    };
    setImmediate(turn);
    const answer = runSteps(ask(ended, true));
    expect(answer).toBeInstanceOf(Promise);
    const told = decodePackages((await answer) as Uint8Array);
    expect(told.map(({ path }) => path)).toEqual(["/node_modules/a"]);
    expect([...(told[0]?.entries ?? [])]).toHaveLength(LENGTH + 1);
    expect(ended).toEqual(["/", "/node_modules", "/node_modules/a"]);
    expect(turns).toBeGreaterThan(5);
  });

  test("is read at once for a cell that cannot wait, and no further for a guest that is gone", async () => {
    expect(runSteps(ask([], false))).toBeInstanceOf(Uint8Array);
    const ended: string[] = [];
    await expect(runSteps(ask(ended, true), { abandoned: () => true })).rejects.toThrow("The guest has ended");
    expect(ended).toEqual(["/"]);
  });
});
