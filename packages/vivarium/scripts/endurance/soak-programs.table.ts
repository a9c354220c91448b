import type { Limits, OutcomeKind } from "vivarium";

/** One of the programs that a soak runs over and over. */
export interface SoakProgram {
  readonly name: string;
  readonly code: string;
  readonly filePath?: string;
  readonly limits?: Partial<Limits>;
  /** How it has to end. */
  readonly ends: OutcomeKind;
  /** What it has to export, as JSON. @default nothing is compared */
  readonly exports?: string;
  /** Bytes that it has to have written. @default nothing is compared */
  readonly outputBytes?: number;
  /** What becomes of it when it has written something. */
  readonly interruption?: "aborted" | "killed" | "written to";
  /** It runs in so many of a thousand rounds. @default 1000 */
  readonly perThousand?: number;
}

const waitForEver = "console.log('here'); setInterval(() => {}, 1000)";

/** What services run: mostly programs that come to a good end. */
export const soakPrograms: readonly SoakProgram[] = [
  {
    name: "returns a list",
    code: `const list = Array.from({ length: 1000 }, (_, index) => "item " + index);
      module.exports = [list.length, list]`,
    ends: "returned",
  },
  {
    name: "is a module",
    code: `import { createHash } from "node:crypto";
      await new Promise((resolve) => setTimeout(resolve, 1));
      export const answer = typeof createHash;`,
    filePath: "/entry.mjs",
    ends: "returned",
    exports: '{"answer":"function"}',
  },
  { name: "is typed", code: "export const answer: number = 42", filePath: "/entry.ts", ends: "returned" },
  { name: "throws", code: "throw new TypeError('no')", ends: "threw" },
  { name: "does not parse", code: "const =", ends: "threw" },
  { name: "rejects", code: "Promise.reject(new Error('no'))", ends: "threw" },
  {
    name: "exits",
    code: "process.on('exit', () => console.log('bye')); process.exit(3)",
    ends: "exited",
    outputBytes: 4,
  },
  {
    name: "waits",
    code: `const order = [];
      setTimeout(() => order.push("timer"), 2); setImmediate(() => order.push("immediate"));
      const interval = setInterval(() => { order.push("interval"); clearInterval(interval) }, 1);
      setTimeout(() => {}, 1e6).unref();
      process.on("exit", () => { module.exports.push(order.length) });
      module.exports = []`,
    ends: "returned",
  },
  {
    name: "keeps files",
    code: `const fs = require("fs");
      const given = fs.readFileSync("/given.txt", "utf8");
      const name = "/workspace/" + Math.random().toString(36).slice(2);
      fs.mkdirSync(name); fs.writeFileSync(name + "/a", "a".repeat(5000)); fs.appendFileSync(name + "/a", given);
      fs.renameSync(name + "/a", name + "/b");
      const { size } = fs.statSync(name + "/b");
      fs.rmSync(name, { recursive: true });
      module.exports = [given, size, fs.existsSync(name)]`,
    ends: "returned",
    exports: '["given by the host",5017,false]',
  },
  {
    name: "keeps files by promise",
    code: `import { open, unlink } from "node:fs/promises";
      const name = "/workspace/" + Math.random().toString(36).slice(2);
      const file = await open(name, "w+");
      await file.write("x".repeat(2000)); await file.sync();
      export const { size } = await file.stat();
      await file.close(); await unlink(name);`,
    filePath: "/entry.mjs",
    ends: "returned",
    exports: '{"size":2000}',
  },
  {
    name: "prints",
    code: "for (let i = 0; i < 200; i++) console.log('x'.repeat(99)); process.stderr.write('x'.repeat(1000))",
    ends: "returned",
    outputBytes: 21_000,
  },
  { name: "exports bytes", code: "module.exports = new Uint8Array(200_000)", ends: "returned" },
  { name: "exports what cannot be", code: "module.exports = () => {}", ends: "unexportable" },
  {
    name: "prints too much",
    code: "for (;;) console.log('x'.repeat(1e4))",
    limits: { outputLimitBytes: 1e5 },
    ends: "output-limit",
    perThousand: 100,
  },
  { name: "is aborted", code: waitForEver, ends: "aborted", interruption: "aborted", perThousand: 100 },
  {
    name: "loops and is aborted",
    code: "console.log('here'); for (;;);",
    ends: "aborted",
    interruption: "aborted",
    perThousand: 50,
  },
  { name: "is killed", code: waitForEver, ends: "crashed", interruption: "killed", perThousand: 50 },
  {
    name: "has its files changed under it",
    code: `const fs = require("fs"); fs.writeFileSync("/workspace/own", "own"); console.log("here");
      const watch = setInterval(() => {
        if (!fs.existsSync("/workspace/told")) return;
        clearInterval(watch); fs.unlinkSync("/workspace/told"); fs.unlinkSync("/workspace/own");
      }, 1)`,
    ends: "returned",
    interruption: "written to",
    perThousand: 200,
  },
  {
    name: "has another limit",
    code: "module.exports = 1",
    limits: { memoryLimit: 32 },
    ends: "returned",
    perThousand: 200,
  },
  { name: "loops", code: "for (;;);", limits: { cpuTimeLimitMs: 20 }, ends: "cpu-time-limit", perThousand: 50 },
  {
    name: "sleeps",
    code: "setTimeout(() => {}, 1e6)",
    limits: { wallTimeLimitMs: 20 },
    ends: "wall-time-limit",
    perThousand: 50,
  },
  {
    name: "takes all memory",
    code: "const all = []; for (;;) all.push(new Array(1e4).fill(1.5))",
    limits: { memoryLimit: 32 },
    ends: "out-of-memory",
    perThousand: 10,
  },
];
