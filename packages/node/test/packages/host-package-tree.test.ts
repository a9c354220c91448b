import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { PackageDirectory, PackageTree } from "@vivarium/core";
import { describe, expect, test } from "vitest";
import { HostPackageTree } from "../../src/packages/host-package-tree.ts";
import { layOut } from "./project.ts";

const manifest = '{"name":"x"}';

const namesIn = (tree: PackageTree, path: string): string[] =>
  (tree.directories(path)[0]?.entries ?? []).map(({ name }) => name).sort();

function targetOf(tree: PackageTree, path: string): string | undefined {
  const at = path.lastIndexOf("/");
  const entry = tree.directories(path.slice(0, at))[0]?.entries.find(({ name }) => name === path.slice(at + 1));
  return entry?.type === "symlink" ? entry.target : undefined;
}

const textOf = (tree: PackageTree, path: string): string => Buffer.from(tree.readFile(path)).toString();

describe("the layout of npm", () => {
  test("is shown as it is, a package's own modules in it", () => {
    using project = layOut({
      "node_modules/a/package.json": manifest,
      "node_modules/a/lib/index.js": "a",
      "node_modules/a/node_modules/b/index.js": "b of a",
      "node_modules/@scope/c/index.js": "c",
      "node_modules/.bin/a": "-> ../a/lib/index.js",
    });
    const tree = new HostPackageTree(project.root);
    expect(namesIn(tree, "/node_modules")).toEqual([".bin", "@scope", "a"]);
    expect(textOf(tree, "/node_modules/a/node_modules/b/index.js")).toBe("b of a");
    expect(textOf(tree, "/node_modules/@scope/c/index.js")).toBe("c");
    expect(targetOf(tree, "/node_modules/.bin/a")).toBe("/node_modules/a/lib/index.js");
  });

  test("tells of a whole package at once, and of nothing beyond it", () => {
    using project = layOut({
      "node_modules/a/package.json": manifest,
      "node_modules/a/lib/deep/x.js": "",
      "node_modules/a/node_modules/b/index.js": "",
      "node_modules/z/index.js": "",
    });
    const tree = new HostPackageTree(project.root);
    const told = tree.directories("/node_modules/a").map(({ path }) => path);
    expect(told).toEqual(["/node_modules/a", "/node_modules/a/lib", "/node_modules/a/lib/deep"]);
    expect(tree.directories("/node_modules").map(({ path }) => path)).toEqual(["/node_modules"]);
  });
});

test("of pnpm's layout, links lead into the store that they lead to in the host", () => {
  using project = layOut({
    "node_modules/a": "-> .pnpm/a@1.0.0/node_modules/a",
    "node_modules/.pnpm/a@1.0.0/node_modules/a/index.js": "a",
    "node_modules/.pnpm/a@1.0.0/node_modules/b": "-> ../../b@2.0.0/node_modules/b",
    "node_modules/.pnpm/b@2.0.0/node_modules/b/index.js": "b",
  });
  const tree = new HostPackageTree(project.root);
  expect(targetOf(tree, "/node_modules/a")).toBe("/node_modules/.pnpm/a@1.0.0/node_modules/a");
  const b = targetOf(tree, "/node_modules/.pnpm/a@1.0.0/node_modules/b");
  expect(b).toBe("/node_modules/.pnpm/b@2.0.0/node_modules/b");
  expect(textOf(tree, `${b}/index.js`)).toBe("b");
});

describe("of a workspace", () => {
  const files = {
    "node_modules/shared/index.js": "shared, of the root",
    "node_modules/only-above/index.js": "only above",
    "node_modules/@s/above/index.js": "@s above",
    "node_modules/y": "-> ../packages/y",
    "packages/y/package.json": manifest,
    "packages/y/index.js": "y",
    "packages/y/.env": "SECRET=1",
    "packages/y/.git/config": "history",
    "packages/y/node_modules/own/index.js": "own",
    "packages/x/package.json": manifest,
    "packages/x/index.js": "the embedder's program",
    "packages/x/node_modules/shared/index.js": "shared, of x",
    "packages/x/node_modules/@s/near/index.js": "@s near",
    "packages/x/node_modules/self": "-> ..",
    "packages/x/node_modules/root": "-> ../../..",
    "package.json": manifest,
    "secret.txt": "secret",
  };

  test("the nearest modules come first, and links lead to those above", () => {
    using project = layOut(files);
    const tree = new HostPackageTree(join(project.root, "packages/x"));
    expect(namesIn(tree, "/node_modules")).toEqual(["@s", "only-above", "shared", "y"]);
    expect(textOf(tree, "/node_modules/shared/index.js")).toBe("shared, of x");
    const above = targetOf(tree, "/node_modules/only-above");
    expect(above).toBe("/.packages/1/node_modules/only-above");
    expect(textOf(tree, `${above}/index.js`)).toBe("only above");
    expect(textOf(tree, "/.packages/1/node_modules/shared/index.js")).toBe("shared, of the root");
    expect(namesIn(tree, "/node_modules/@s")).toEqual(["above", "near"]);
  });

  test("a package that is linked to is shown where it finds what it would find in the host, without its secrets", () => {
    using project = layOut(files);
    const tree = new HostPackageTree(join(project.root, "packages/x"));
    expect(targetOf(tree, "/node_modules/y")).toBe("/.packages/1/node_modules/y");
    const y = targetOf(tree, "/.packages/1/node_modules/y") ?? "";
    expect(y).toMatch(/^\/\.packages\/1\/y-[0-9a-f]{8}$/);
    expect(namesIn(tree, y)).toEqual(["index.js", "node_modules", "package.json"]);
    expect(textOf(tree, `${y}/node_modules/own/index.js`)).toBe("own");
    expect(namesIn(tree, "/.packages/1")).toEqual(["node_modules", y.slice("/.packages/1/".length)]);
  });

  test("its place is the same wherever the project lies, and tells nothing of that", () => {
    using one = layOut(files);
    using other = layOut(files);
    const [first, second] = [one, other].map(({ root }) =>
      targetOf(new HostPackageTree(join(root, "packages/x")), "/.packages/1/node_modules/y"),
    );
    expect(first).toBe(second);
    expect(first).not.toBe(undefined);
  });

  test("neither the embedder's own program nor what is around it is shown, whatever links lead there", () => {
    using project = layOut(files);
    const tree = new HostPackageTree(join(project.root, "packages/x"));
    expect(namesIn(tree, "/node_modules")).not.toContain("self");
    expect(namesIn(tree, "/node_modules")).not.toContain("root");
  });
});

describe("a link that leads away", () => {
  test("to what is no package is not there", () => {
    using elsewhere = layOut({ "plain/file.txt": "secret", "package/package.json": manifest });
    using project = layOut({
      "node_modules/plain": `-> ${elsewhere.root}/plain`,
      "node_modules/file": `-> ${elsewhere.root}/plain/file.txt`,
      "node_modules/etc": "-> /etc",
      "node_modules/nothing": "-> nowhere",
      "node_modules/package": `-> ${elsewhere.root}/package`,
    });
    const tree = new HostPackageTree(project.root);
    expect(namesIn(tree, "/node_modules")).toEqual(["package"]);
    expect(targetOf(tree, "/node_modules/package")).toMatch(/^\/\.packages\/x\/package-[0-9a-f]{8}$/);
  });

  test("into a store of packages shows there what that package needs, and no other", () => {
    using store = layOut({
      "a/node_modules/a/package.json": manifest,
      "a/node_modules/a/index.js": "a",
      "a/node_modules/b": "-> ../../b/node_modules/b",
      "a/node_modules/real/package.json": manifest,
      "b/node_modules/b/package.json": manifest,
      "b/node_modules/b/index.js": "b",
      "unrelated/node_modules/u/package.json": manifest,
    });
    using project = layOut({ "node_modules/a": `-> ${store.root}/a/node_modules/a` });
    const tree = new HostPackageTree(project.root);
    const a = targetOf(tree, "/node_modules/a") ?? "";
    expect(textOf(tree, `${a}/index.js`)).toBe("a");
    const around = a.slice(0, a.lastIndexOf("/"));
    expect(namesIn(tree, around)).toEqual(["a", "b"]);
    const b = targetOf(tree, `${around}/b`) ?? "";
    expect(textOf(tree, `${b}/index.js`)).toBe("b");
  });
});

describe("a path that is not shown", () => {
  test("is not there, however it is written", () => {
    using project = layOut({
      "node_modules/a/index.js": "a",
      "node_modules/.cache/secret": "secret",
      "secret.txt": "secret",
    });
    const tree = new HostPackageTree(project.root);
    for (const path of ["/", "/secret.txt", "/.packages/0/../../secret.txt", "/etc/passwd", "/.packages/7/x"]) {
      expect(() => tree.readFile(path), path).toThrow(expect.objectContaining({ code: "ENOENT" }));
    }
    expect(namesIn(tree, "/node_modules")).toEqual(["a"]);
  });

  test("is not read when a link has come to be in its place", () => {
    using elsewhere = layOut({ "index.js": "secret" });
    using project = layOut({ "node_modules/a/lib/index.js": "a", "node_modules/a/other.js": "b" });
    const tree = new HostPackageTree(project.root);
    expect(textOf(tree, "/node_modules/a/lib/index.js")).toBe("a");
    renameSync(join(project.root, "node_modules/a/lib"), join(project.root, "lib"));
    symlinkSync(elsewhere.root, join(project.root, "node_modules/a/lib"));
    rmSync(join(project.root, "node_modules/a/other.js"));
    symlinkSync(join(elsewhere.root, "index.js"), join(project.root, "node_modules/a/other.js"));
    expect(() => tree.readFile("/node_modules/a/lib/index.js")).toThrow();
    expect(() => tree.directories("/node_modules/a/lib")).toThrow();
    expect(() => tree.readFile("/node_modules/a/other.js")).toThrow();
  });
});

test("a project without packages has none", () => {
  using project = layOut({ "index.js": "" });
  mkdirSync(join(project.root, "deep"));
  const tree = new HostPackageTree(join(project.root, "deep"));
  expect(namesIn(tree, "/")).toEqual([".packages", "node_modules"]);
});

test.runIf(process.platform === "linux")(
  "a directory that a link takes the place of while it is read is not left",
  async () => {
    using elsewhere = layOut({ "lib/secret.js": "outside", "lib/outside.js": "" });
    using project = layOut({ "node_modules/a/package.json": manifest, "node_modules/a/lib/secret.js": "inside" });
    const tree = new HostPackageTree(project.root);
    await using _swapping = await swapping(project.root, elsewhere.root);
    const found = new Set<string>();
    for (const end = performance.now() + 1_000; performance.now() < end; ) {
      found.add(attempt(() => textOf(tree, "/node_modules/a/lib/secret.js")));
      found.add(attempt(() => namesIn(tree, "/node_modules/a/lib").join()));
    }
    expect([...found].filter((text) => text.includes("outside"))).toEqual([]);
    expect(found).toContain("inside");
  },
);

function attempt(act: () => string): string {
  try {
    return act();
  } catch {
    return "refused";
  }
}

/** A process that swaps a package's directory for a link out of the project, again and again. */
async function swapping(root: string, elsewhere: string): Promise<AsyncDisposable> {
  const program = `
    const fs = require("node:fs");
    const [lib, away, link] = ["node_modules/a/lib", "away", "link"].map((name) => ${JSON.stringify(root)} + "/" + name);
    fs.symlinkSync(${JSON.stringify(elsewhere)} + "/lib", link);
    process.stdout.write("ready");
    const swap = () => {
      for (let time = 0; time < 500; time += 1) {
        fs.renameSync(lib, away); fs.renameSync(link, lib); fs.renameSync(lib, link); fs.renameSync(away, lib);
      }
      setImmediate(swap);
    };
    process.stdin.on("end", () => process.exit()).resume();
    swap();`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}

describe("of a package are told at once", () => {
  const told = (files: Readonly<Record<string, string>>): ReturnType<PackageTree["directories"]> => {
    using project = layOut(files);
    return new HostPackageTree(project.root).directories("/node_modules/a");
  };
  const contents = (files: Readonly<Record<string, string>>): boolean =>
    told(files).every(({ entries }) => entries.every((entry) => entry.type !== "file" || entry.content !== undefined));
  const files = (count: number, at = "node_modules/a"): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${at}/${index}.js`, ""]));

  test("the contents of a hundred files and 256 KiB", () => {
    expect([contents(files(100)), contents(files(101))]).toEqual([true, false]);
    const large = (bytes: number): boolean => contents({ "node_modules/a/x.js": "x".repeat(bytes) });
    expect([large(256 * 1024), large(256 * 1024 + 1)]).toEqual([true, false]);
  });

  test("four thousand names, and of directories beyond them that they are there", () => {
    const many = { ...files(4_001, "node_modules/a/1"), "node_modules/a/2/x.js": "" };
    expect(told(many).map(({ path }) => path)).toEqual(["/node_modules/a", "/node_modules/a/1"]);
  });
});

test("a file of more than 512 MiB is not read", () => {
  using project = layOut({ "node_modules/a/large.js": "" });
  truncateSync(join(project.root, "node_modules/a/large.js"), 512 * 1024 * 1024 + 1);
  expect(() => new HostPackageTree(project.root).readFile("/node_modules/a/large.js")).toThrow(
    expect.objectContaining({ code: "EFBIG" }),
  );
});

/** What reading does not change. */
const namesAndContents = (told: readonly PackageDirectory[]): unknown =>
  told.map(({ path, entries }) => [path, entries.map((entry) => [entry.name, entry.type === "file" && entry.content])]);

test("a package is read step by step as it is at once, and whoever stops leaves nothing open", () => {
  using project = layOut({
    "node_modules/a/x.js": "x",
    "node_modules/a/lib/y.js": "y",
    "node_modules/a/lib/z.js": "z",
  });
  const tree = new HostPackageTree(project.root);
  const walk = tree.walk("/node_modules/a");
  let steps = 0;
  for (let step = walk.next(); ; step = walk.next(), steps += 1) {
    if (step.done !== true) continue;
    expect(namesAndContents(step.value)).toEqual(namesAndContents(tree.directories("/node_modules/a")));
    break;
  }
  expect(steps).toBeGreaterThan(5);
  const before = readdirSync("/dev/fd").length;
  const stopped = tree.walk("/node_modules/a");
  stopped.next();
  expect(readdirSync("/dev/fd").length).toBe(before + 1);
  stopped.return([]);
  expect(readdirSync("/dev/fd").length).toBe(before);
});
