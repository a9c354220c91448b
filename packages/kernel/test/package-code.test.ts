import type { PackageTree } from "@vivarium/core";
import { expect, test } from "vitest";
import { type CodeKey, codeFolder, decodeCodes, EMPTY_CODE, PackageCode } from "../src/packages/package-code.ts";

const tree: PackageTree = {
  roots: ["node_modules"],
  directories: () => [],
  stat: () => expect.fail("nobody looks"),
  readFile: () => expect.fail("nobody reads"),
};
const a = "c/node_modules/a/index.js";
const b = "m/node_modules/@s/b/lib/x.mjs";

test("code is told of by the package that its file is in", () => {
  const code = new PackageCode(tree);
  expect(code.version).toBe(EMPTY_CODE);
  code.keep(new Map([[a, new Uint8Array([1])] as const, [b, new Uint8Array([2])] as const]));
  expect(code.version).not.toBe(EMPTY_CODE);
  expect(decodeCodes(code.near("/node_modules/a/other.js"))).toEqual(new Map([[a, new Uint8Array([1])]]));
  expect([...decodeCodes(code.near("/node_modules/@s/b/y.js")).keys()]).toEqual([b]);
  expect(decodeCodes(code.near("/node_modules/c/y.js")).size).toBe(0);
});

test("a package is what is in the innermost folder of packages, else a directory", () => {
  expect(codeFolder("/node_modules/a/node_modules/@s/b/c/d.js")).toBe("/node_modules/a/node_modules/@s/b");
  expect(codeFolder("/node_modules/.store/a-npm-1/package/d.js")).toBe("/node_modules/.store/a-npm-1");
  expect(codeFolder("/.packages/0/own-12345678/lib/d.js")).toBe("/.packages/0/own-12345678/lib");
});

test("what cells want is asked for once, and only within the tree", () => {
  const code = new PackageCode(tree);
  code.want([a, b, a, "c/etc/passwd", "c/node_modules/../x.js", "x/node_modules/a.js", "", "cnode_modules/a.js"]);
  expect(code.takeWanted()).toEqual([a, b]);
  code.want([a]);
  expect(code.isWanted).toBe(false);
});

test("where nobody can use the code any more, all of it is wanted again", () => {
  const code = new PackageCode(tree);
  code.want([a]);
  code.takeWanted();
  code.keep(new Map([[a, new Uint8Array([1])]]));
  code.replace();
  expect(code.takeWanted()).toEqual([a]);
  expect(decodeCodes(code.near("/node_modules/a/index.js")).size).toBe(0);
});

test("there is a bound to what is kept of a package", () => {
  const code = new PackageCode(tree);
  const large = new Uint8Array(5 * 1024 * 1024);
  code.keep(new Map([[a, large] as const, ["c/node_modules/a/b.js", large] as const]));
  expect([...decodeCodes(code.near("/node_modules/a/index.js")).keys()]).toEqual([a]);
});

test("there is a bound to what is kept of a tree", () => {
  const code = new PackageCode(tree);
  const large = new Uint8Array(8 * 1024 * 1024);
  const keys = Array.from({ length: 9 }, (_, index): CodeKey => `c/node_modules/${index}/index.js`);
  code.keep(new Map(keys.map((key) => [key, large])));
  const kept = keys.map((key) => decodeCodes(code.near(key.slice(1))).size);
  expect(kept).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0]);
});

test("there is a bound to what is ever wanted", () => {
  const code = new PackageCode(tree);
  const keys = Array.from({ length: 20_001 }, (_, index): CodeKey => `c/node_modules/a/${index}.js`);
  code.want(keys.slice(0, 10_000));
  code.takeWanted();
  code.want(keys);
  expect(code.takeWanted()).toEqual(keys.slice(10_000, 20_000));
});
