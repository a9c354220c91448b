import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  allowAll,
  allowPaths,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type NodeDriverOptions,
  NodeRuntime,
  type RuntimeDriverFactory,
} from "../src/index.ts";
import { sampledKinds } from "./worlds.ts";

const files: Readonly<Record<string, string>> = {
  ".pnpm/greeter@1.0.0/node_modules/greeter/package.json": '{"name":"greeter","version":"1.0.0","main":"lib/main.js"}',
  ".pnpm/greeter@1.0.0/node_modules/greeter/lib/main.js":
    'exports.greet = (name) => require("./words").hello + ", " + require("shout")(name);',
  ".pnpm/greeter@1.0.0/node_modules/greeter/lib/words.json": '{"hello":"hello"}',
  ".pnpm/greeter@1.0.0/node_modules/greeter/addon.node": "\u007fELF".padEnd(64),
  ".pnpm/shout@2.0.0/node_modules/shout/package.json": '{"name":"shout","exports":{".":"./index.js"}}',
  ".pnpm/shout@2.0.0/node_modules/shout/index.js": "module.exports = (text) => text.toUpperCase();",
  "esm/package.json": '{"name":"esm","type":"module","exports":"./index.js"}',
  "esm/index.js": 'import { two } from "./two.js"; export const four = two + two;',
  "esm/two.js": "export const two = 2;",
};
const links: Readonly<Record<string, string>> = {
  greeter: ".pnpm/greeter@1.0.0/node_modules/greeter",
  ".pnpm/greeter@1.0.0/node_modules/shout": "../../shout@2.0.0/node_modules/shout",
  outside: "../outside",
};

let root = "";
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "vivarium-modules-")));
  mkdirSync(join(root, "outside"));
  writeFileSync(join(root, "outside/secret.txt"), "secret");
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, "node_modules", name));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const uses = `
  import fs from "node:fs";
  import { createRequire } from "node:module";
  const require = createRequire(import.meta.url);
  const code = (action) => { try { return action(); } catch (error) { return error.code; } };
  const fd = fs.openSync("/node_modules/esm/two.js");
  export default {
    greeting: require("greeter").greet("you"),
    four: (await import("esm")).four,
    resolved: require.resolve("greeter"),
    names: fs.readdirSync("/node_modules"),
    root: fs.readdirSync("/").includes("node_modules"),
    piece: fs.readSync(fd, Buffer.alloc(6), 0, 6, 7),
    text: (await fs.promises.readFile("/node_modules/esm/two.js", "utf8")).length,
    write: code(() => fs.writeFileSync("/node_modules/esm/index.js", "")),
    make: code(() => fs.mkdirSync("/node_modules/new")),
    remove: code(() => fs.rmSync("/node_modules/esm", { recursive: true })),
    rename: code(() => fs.renameSync("/node_modules/esm", "/node_modules/other")),
    outside: code(() => require("outside/secret.txt")),
    above: code(() => fs.readFileSync("/node_modules/../outside/secret.txt")),
    missing: code(() => require("no-such-package")),
    closed: code(() => fs.closeSync(fd)),
  };`;

const everything = {
  greeting: "hello, YOU",
  four: 4,
  resolved: "/node_modules/.pnpm/greeter@1.0.0/node_modules/greeter/lib/main.js",
  names: [".pnpm", "esm", "greeter"],
  piece: 6,
  text: 21,
  remove: "EROFS",
  outside: "MODULE_NOT_FOUND",
  missing: "MODULE_NOT_FOUND",
};

/** What a guest finds that has no permission at all, and one that may do what it likes with the files that there are. */
const no = { write: "EACCES", make: "EACCES", remove: "EACCES", rename: "EACCES", above: "EACCES" };
const denied = { ...everything, ...no, root: undefined };
const allowed = { ...everything, root: true, write: "EROFS", make: "EROFS", rename: "EROFS", above: "ENOENT" };

const worlds: ReadonlyArray<readonly [string, () => Partial<NodeDriverOptions>, object]> = [
  [
    "everything allowed, files in memory",
    () => ({ filesystem: createInMemoryFileSystem(), permissions: allowAll }),
    allowed,
  ],
  [
    "a check of the embedder's own",
    () => ({ filesystem: createInMemoryFileSystem(), permissions: { fs: () => true } }),
    allowed,
  ],
];

describe.each(sampledKinds)("in a %s cell", (cells) => {
  let factory: RuntimeDriverFactory;
  beforeAll(() => {
    factory = createNodeRuntimeDriverFactory({ cells });
  });

  const open = (options: Partial<NodeDriverOptions>): NodeRuntime =>
    new NodeRuntime({
      systemDriver: createNodeDriver({ moduleAccess: { cwd: root }, ...options }),
      runtimeDriverFactory: factory,
    });

  test.each(worlds)("packages are loaded, and cannot be changed, with %s", async (_, options, expected) => {
    await using runtime = open(options());
    // The first cells have learnt nothing, and those that come after them have what they were copied with.
    for (let run = 0; run < 4; run += 1) {
      const { exports, errorMessage } = await runtime.run<{ default: object }>(uses, "/entry.mjs");
      expect(errorMessage).toBe(undefined);
      expect(exports?.default).toMatchObject(expected);
    }
  });

  test("packages are loaded without any permission, and a check is not asked about them", async () => {
    const asked: string[] = [];
    const { root: _, ...wanted } = denied;
    const source = uses.replace(/root: .*,/, "");
    const none = open({});
    const checked = open({
      filesystem: createInMemoryFileSystem(),
      permissions: { fs: ({ op, path }) => asked.push(`${op} ${path}`) < 0 },
    });
    for (const runtime of [none, checked]) {
      for (let run = 0; run < 2; run += 1) {
        const { exports, errorMessage } = await runtime.run<{ default: object }>(source, "/entry.mjs");
        expect(errorMessage).toBe(undefined);
        expect(exports?.default).toMatchObject(wanted);
      }
      await runtime[Symbol.asyncDispose]();
    }
    const reads = asked.filter((request) => /^(?:read|stat|readdir|readlink) \/node_modules/.test(request));
    expect(reads).toEqual([]);
  });

  test("they hide what the guest's filesystem has there, and leave all else", async () => {
    const filesystem = createInMemoryFileSystem();
    filesystem.mkdir("/node_modules/mine", { recursive: true });
    filesystem.writeFile("/node_modules/mine/index.js", "");
    filesystem.mkdir("/app/node_modules/near", { recursive: true });
    filesystem.writeFile("/app/node_modules/near/index.js", "module.exports = 'near'");
    await using runtime = open({ filesystem, permissions: { fs: allowPaths(["/app/**"]) } });
    const source = `
      let mine; try { require("mine") } catch (error) { mine = error.code }
      module.exports = [require("near"), require("greeter").greet("you"), mine]`;
    for (let run = 0; run < 3; run += 1) {
      const { exports } = await runtime.run(source, "/app/entry.js");
      expect(exports).toEqual(["near", "hello, YOU", "MODULE_NOT_FOUND"]);
    }
  });

  test("beside them, what is told of long directories in pieces is the whole", async () => {
    const long = createInMemoryFileSystem();
    for (let file = 0; file < 1_001; file += 1) long.writeFile(`/${file}`, "");
    // What is mounted is served by the host.
    await using runtime = open({ mounts: { "/long": long }, permissions: allowAll });
    const { exports, errorMessage } = await runtime.run(
      `import fs from "node:fs";
      export const names = [fs.readdirSync("/long").length, (await fs.promises.readdir("/long")).length];`,
      "/entry.mjs",
    );
    expect(errorMessage).toBe(undefined);
    expect(exports).toEqual({ names: [1_001, 1_001] });
  });

  test("a native addon is refused by its name, and nothing tells where in the host it is", async () => {
    await using runtime = open({});
    const source = `
      const told = [];
      for (const name of ["greeter/addon.node", "no-such-package", "outside/secret.txt", "/node_modules/esm"]) {
        try { require(name); told.push(name) } catch (error) { told.push(error.code + error.message + error.stack) }
      }
      module.exports = told`;
    const { exports } = await runtime.run<string[]>(source, "/entry.js");
    expect(exports?.[0]).toMatch(/^ERR_DLOPEN_DISABLED.*greeter@1\.0\.0\/node_modules\/greeter\/addon\.node/);
    expect(JSON.stringify(exports)).not.toContain(root);
  });
});
