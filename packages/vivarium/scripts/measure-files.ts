/** How long files take in a guest: in memory, in a directory of the host, mounted, under an overlay; beside Node itself. */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import {
  allowAllFs,
  createInMemoryFileSystem,
  createMountedFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  createOverlayFileSystem,
  type FileSystem,
  NodeFileSystem,
  NodeRuntime,
} from "vivarium";

const FILES = 1_000;
/** The best of several batches: what others do on the machine makes the rest slower. */
const program = (root: string): string => `
  const fs = require("node:fs");
  const perform = (batches, times, act) => {
    let best = Infinity;
    for (let batch = 0; batch < batches; batch += 1) {
      const start = process.hrtime.bigint();
      for (let index = 0; index < times; index += 1) act(index);
      best = Math.min(best, Number(process.hrtime.bigint() - start) / times / 1_000);
    }
    return best;
  };
  const root = ${JSON.stringify(root)};
  module.exports = {
    "statSync, in µs": perform(20, 10, () => fs.statSync(root + "/a/b/c/file-1.txt")),
    "existsSync of nothing, in µs": perform(20, 10, () => fs.existsSync(root + "/a/b/c/none.js")),
    "readFileSync, in µs": perform(20, 10, () => fs.readFileSync(root + "/a/b/c/file-1.txt", "utf8")),
    "readFileSync as bytes, in µs": perform(20, 10, () => fs.readFileSync(root + "/a/b/c/file-1.txt")),
    "one of 1,000 files, listed and read, in µs": perform(3, 1, () => {
      for (const name of fs.readdirSync(root + "/a/b/c")) fs.readFileSync(root + "/a/b/c/" + name, "utf8");
    }) / ${FILES},
  };
`;

const root = fs.mkdtempSync(join(os.tmpdir(), "vivarium-measure-"));
const memory = createInMemoryFileSystem();
fs.mkdirSync(join(root, "a/b/c"), { recursive: true });
for (let index = 0; index < FILES; index += 1) {
  fs.writeFileSync(join(root, "a/b/c", `file-${index}.txt`), "x".repeat(500));
  memory.writeFile(`/a/b/c/file-${index}.txt`, "x".repeat(500));
}
const large = createInMemoryFileSystem();
large.restore(memory.snapshot());
large.writeFile("/large", new Uint8Array(2 ** 21));
const host = new NodeFileSystem({ root });
const worlds: readonly [name: string, filesystem: FileSystem, cells?: "inline"][] = [
  ["in memory, from a replica", memory],
  ["in memory, from the host", large],
  ["NodeFileSystem", host],
  ['NodeFileSystem, threads: "all"', new NodeFileSystem({ root, threads: "all" })],
  ["NodeFileSystem, mounted", createMountedFileSystem({ "/": host, "/tmp": createInMemoryFileSystem() })],
  ["NodeFileSystem, in an inline cell", new NodeFileSystem({ root, threads: "none" }), "inline"],
  ["in memory, in an inline cell", memory, "inline"],
  ["an overlay of it", createOverlayFileSystem({ lower: host, upper: createInMemoryFileSystem() })],
];

/** What is measured: everything, or what has a word in its name. */
const wanted = process.argv[2] ?? "";
const table: Record<string, Record<string, number>> = {};
const module = { exports: {} as Record<string, number> };
runInNewContext(program(root), { require: () => fs, process, module });
table["Node itself"] = module.exports;
for (const [name, filesystem, cells = "process"] of worlds) {
  if (!name.includes(wanted)) continue;
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem, permissions: allowAllFs }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ cells }),
    cpuTimeLimitMs: 60_000,
    wallTimeLimitMs: 300_000,
  });
  for (let warm = 0; warm < 2; warm += 1) await runtime.run("0");
  const { exports, errorMessage } = await runtime.run<Record<string, number>>(program(""));
  if (errorMessage !== undefined) throw new Error(errorMessage);
  table[name] = exports ?? {};
}
fs.rmSync(root, { recursive: true });
for (const figures of Object.values(table)) {
  for (const [name, figure] of Object.entries(figures)) figures[name] = Number(figure.toPrecision(3));
}
console.table(table);
