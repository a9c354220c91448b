import type { PackageTree } from "@vivarium/core";
import { describe, expect, test } from "vitest";
import { HostPackageTree } from "../../src/packages/host-package-tree.ts";
import { readModuleAccess } from "../../src/packages/module-access.ts";
import { layOut } from "./project.ts";

const manifest = '{"name":"x"}';
const textOf = (tree: PackageTree, path: string): string => Buffer.from(tree.readFile(path)).toString();

function targetOf(tree: PackageTree, path: string): string {
  const at = path.lastIndexOf("/");
  const entry = tree.directories(path.slice(0, at))[0]?.entries.find(({ name }) => name === path.slice(at + 1));
  return entry?.type === "symlink" ? entry.target : expect.fail(`no link at ${path}`);
}

// As yarn 1.22 and yarn 4 lay them out for two workspaces of which one needs the other.
describe("of workspaces of yarn's", () => {
  test("classic, or with nodeLinker: node-modules, packages are read, and workspaces by links", () => {
    using project = layOut({
      "package.json": manifest,
      "packages/a/package.json": manifest,
      "packages/b/package.json": manifest,
      "packages/b/index.js": "b",
      "node_modules/.yarn-integrity": "{}",
      "node_modules/.yarn-state.yml": "",
      "node_modules/@own/a": "-> ../../packages/a",
      "node_modules/@own/b": "-> ../../packages/b",
      "node_modules/is-odd/package.json": manifest,
      "node_modules/is-odd/index.js": "is-odd",
      "node_modules/is-odd/node_modules/is-number/index.js": "is-number of is-odd",
    });
    for (const cwd of [project.root, `${project.root}/packages/a`]) {
      const tree = new HostPackageTree(cwd);
      expect(textOf(tree, `${targetOf(tree, "/node_modules/@own/b")}/index.js`)).toBe("b");
      expect(textOf(tree, "/node_modules/is-odd/node_modules/is-number/index.js")).toBe("is-number of is-odd");
      expect(() => tree.directories("/node_modules/.yarn-state.yml")).toThrow();
    }
  });

  test("with nodeLinker: pnpm, what a package needs is found beside it in the store", () => {
    const store = "node_modules/.store";
    using project = layOut({
      "package.json": manifest,
      "packages/a/package.json": manifest,
      "packages/a/node_modules/@own/b": "-> ../../../b",
      "packages/a/node_modules/is-odd": "-> ../../../node_modules/.store/is-odd-npm-3.0.1-93c3c3f41b/package",
      "packages/b/package.json": manifest,
      "packages/b/index.js": "b",
      [`${store}/is-odd-npm-3.0.1-93c3c3f41b/package/package.json`]: manifest,
      [`${store}/is-odd-npm-3.0.1-93c3c3f41b/package/index.js`]: "is-odd",
      [`${store}/is-odd-npm-3.0.1-93c3c3f41b/node_modules/is-odd`]: "-> ../package",
      [`${store}/is-odd-npm-3.0.1-93c3c3f41b/node_modules/is-number`]:
        "-> ../../is-number-npm-6.0.0-30881e83e6/package",
      [`${store}/is-number-npm-6.0.0-30881e83e6/package/package.json`]: manifest,
      [`${store}/is-number-npm-6.0.0-30881e83e6/package/index.js`]: "is-number",
    });
    const tree = new HostPackageTree(`${project.root}/packages/a`);
    expect(textOf(tree, `${targetOf(tree, "/node_modules/@own/b")}/index.js`)).toBe("b");
    const isOdd = targetOf(tree, "/node_modules/is-odd");
    expect(textOf(tree, `${isOdd}/index.js`)).toBe("is-odd");
    const beside = targetOf(tree, isOdd.replace(/package$/, "node_modules/is-number"));
    expect(textOf(tree, `${beside}/index.js`)).toBe("is-number");
  });
});

describe("Plug'n'Play", () => {
  const refusal = expect.objectContaining({
    code: "ERR_INVALID_OPTION",
    message: expect.stringContaining("nodeLinker"),
  });

  test("is refused, wherever in the project the directory is, and whatever tools cache there", () => {
    using project = layOut({
      ".pnp.cjs": "",
      "packages/a/package.json": manifest,
      "node_modules/.cache/x": "",
    });
    expect(() => readModuleAccess({ cwd: project.root })).toThrow(refusal);
    expect(() => readModuleAccess({ cwd: `${project.root}/packages/a` })).toThrow(refusal);
  });

  test("is of no matter where packages are as near", () => {
    using project = layOut({
      ".pnp.cjs": "",
      "a/node_modules/x/index.js": "x",
      "b/c/d.js": "",
      "b/node_modules/y/z.js": "",
    });
    expect(readModuleAccess({ cwd: `${project.root}/a` })).toBeDefined();
    expect(readModuleAccess({ cwd: `${project.root}/b/c` })).toBeDefined();
  });
});
