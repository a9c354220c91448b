import { afterAll, expect, it } from "vitest";
import {
  allowPaths,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  type FileSystem,
  NodeRuntime,
} from "../src/index.ts";

const files = createInMemoryFileSystem();
files.mkdir("/open");
files.mkdir("/closed");
files.writeFile("/open/old.txt", "");

let opened = 0;
let closed = 0;
/** The same files, by a driver that counts who watches them. */
const counting: FileSystem = new Proxy(files, {
  get(target, name) {
    if (name === "watch") {
      return (...[path, listener]: Parameters<typeof files.watch>) => {
        const watch = target.watch(path, listener);
        opened += 1;
        return {
          close: () => {
            closed += 1;
            watch.close();
          },
        };
      };
    }
    const value: unknown = Reflect.get(target, name);
    return typeof value === "function" ? value.bind(target) : value;
  },
});

const runtime = new NodeRuntime({
  systemDriver: createNodeDriver({
    filesystem: counting,
    permissions: { fs: allowPaths({ read: ["/open/**", "/open"], write: ["/open/**"] }) },
  }),
  runtimeDriverFactory: createNodeRuntimeDriverFactory(),
  openFilesLimit: 8,
});
afterAll(() => runtime.dispose());

it("tells a guest of what it changes itself, and of what its host changes", async () => {
  const running = runtime.run<string[]>(`
    const fs = require("node:fs");
    const told = new Set();
    const watcher = fs.watch("/open", (type, name) => {
      if (name === "of-guest.txt" && told.size === 0) fs.writeFileSync("/open/ready", "");
      told.add(type + " " + name);
      if (name === "of-host.txt") watcher.close();
    });
    process.on("exit", () => { module.exports = [...told]; });
    fs.writeFileSync("/open/of-guest.txt", "");
  `);
  await expect.poll(() => files.exists("/open/ready"), { timeout: 30_000 }).toBe(true);
  files.writeFile("/open/of-host.txt", "");
  expect((await running).exports).toEqual(["rename of-guest.txt", "rename ready", "rename of-host.txt"]);
  expect([opened, closed]).toEqual([1, 1]);
});

it("tells a guest what a file was and what it is, by looking at it", async () => {
  const { exports } = await runtime.run<number[]>(`
    const fs = require("node:fs");
    fs.watchFile("/open/old.txt", { interval: 5 }, (now, before) => {
      fs.unwatchFile("/open/old.txt");
      module.exports = [now.size, before.size];
    });
    setTimeout(() => fs.writeFileSync("/open/old.txt", "four"), 50);
  `);
  expect(exports).toEqual([4, 0]);
});

it("lets a guest watch what it may read, so much at a time, and only as long as it lives", async () => {
  [opened, closed] = [0, 0];
  const { exports } = await runtime.run<string[]>(`
    const fs = require("node:fs");
    const codes = [];
    for (const path of ["/closed", "/open/../closed", "/missing", "/dev/null", ...Array(9).fill("/open")]) {
      try {
        fs.watch(path, { persistent: false });
      } catch (error) {
        codes.push(error.code);
      }
    }
    module.exports = codes;
  `);
  expect(exports).toEqual(["EACCES", "EACCES", "EACCES", "EACCES", "EMFILE"]);
  expect([opened, closed]).toEqual([8, 8]);
});
