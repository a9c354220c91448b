/**
 * How long the turns of the host's event loop are while a guest writes, empties, replaces and removes files of a gibibyte. In
 * wall-clock time, for what is looked for is waiting for the disk: it tells something on a machine that does nothing else.
 */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import {
  allowAllFs,
  createInMemoryFileSystem,
  createNodeDriver,
  createNodeRuntimeDriverFactory,
  createOverlayFileSystem,
  NodeFileSystem,
  NodeRuntime,
} from "vivarium";

const MIB = 2 ** 20;
const GUEST_MIB = 1_024;
/** Every turn of the event loop that took longer is told. */
const TOLD_MS = 20;

const write = (path: string): string => `
  { const fd = fs.openSync(${JSON.stringify(path)}, "w");
    for (let index = 0; index < ${GUEST_MIB}; index += 1) fs.writeSync(fd, piece);
    fs.closeSync(fd); }`;
const steps: Readonly<Record<string, string>> = {
  // What the machine does to a host that is asked for nothing.
  "nothing at all, for two seconds": "for (const start = Date.now(); Date.now() - start < 2_000; );",
  "written in pieces of a mebibyte": write("/large"),
  "opened to be emptied": `fs.closeSync(fs.openSync("/large", "w"));`,
  "written again": write("/large"),
  "replaced by a rename": `fs.writeFileSync("/small", "x"); fs.renameSync("/small", "/large");`,
  "written elsewhere": write("/new"),
  "renamed over a small one": `fs.writeFileSync("/small", "x"); fs.renameSync("/new", "/small"); fs.unlinkSync("/small");`,
  "written once more": write("/large"),
  "removed while it is open": `const open = fs.openSync("/large"); fs.unlinkSync("/large"); fs.closeSync(open);`,
  "many of 32 MiB, made and removed": `
    for (let file = 0; file < 16; file += 1) {
      for (let index = 0; index < 32; index += 1) fs.appendFileSync("/file-" + file, piece);
    }
    for (let file = 0; file < 16; file += 1) fs.unlinkSync("/file-" + file);`,
};

const root = fs.mkdtempSync(join(os.tmpdir(), "vivarium-measure-"));
const host = new NodeFileSystem({ root });
const worlds = {
  NodeFileSystem: host,
  "an overlay with it above": createOverlayFileSystem({ lower: createInMemoryFileSystem(), upper: host }),
};
const table: Record<string, Record<string, string>> = {};
for (const [name, filesystem] of Object.entries(worlds)) {
  if (!name.includes(process.argv[2] ?? "")) continue;
  await using runtime = new NodeRuntime({
    systemDriver: createNodeDriver({ filesystem, permissions: allowAllFs }),
    runtimeDriverFactory: createNodeRuntimeDriverFactory({ waitingCells: 0 }),
    cpuTimeLimitMs: 300_000,
    wallTimeLimitMs: 600_000,
  });
  for (const [step, code] of Object.entries(steps)) {
    const turns = watchTurns();
    const start = performance.now();
    const { errorMessage } = await runtime.run(
      `const fs = require("node:fs"); const piece = Buffer.alloc(${MIB}, "x"); ${code}`,
    );
    if (errorMessage !== undefined) throw new Error(errorMessage);
    const { longest, long } = turns.end();
    table[`${name}: ${step}`] = {
      "took, ms": (performance.now() - start).toFixed(0),
      "longest turn, ms": longest.toFixed(0),
      [`turns over ${TOLD_MS} ms`]: String(long),
    };
  }
}
fs.rmSync(root, { recursive: true });
console.table(table);

/** The wall-clock time between one turn of the event loop and the next. */
function watchTurns(): { end(): { readonly longest: number; readonly long: number } } {
  let longest = 0;
  let long = 0;
  let before = performance.now();
  let isOver = false;
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - before);
    if (now - before > TOLD_MS) long += 1;
    before = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    end: () => {
      isOver = true;
      return { longest, long };
    },
  };
}
