import { describe, expect, it } from "vitest";
import { allowAllFs, createInMemoryFileSystem } from "../src/index.ts";
import { cellKinds, createRuntime } from "./worlds.ts";

/** Looks at every view of shared memory that a replaced constructor or a species getter is handed. */
const program = `
const leaks = []; const own = Uint8Array; const Shared = SharedArrayBuffer;
const look = (view) => { if (view !== own.prototype && view.buffer instanceof Shared) leaks.push(view.byteLength); };
Object.defineProperty(own.prototype, "constructor", { get() { look(this); return own; } });
globalThis.Uint8Array = class extends own { constructor(...args) { super(...args); look(this); } };
globalThis.Map = globalThis.Error = class { constructor() { leaks.push("replaced"); } };
const fs = require("fs");
fs.writeFileSync("/file", "hello");
const read = String(fs.readFileSync("/file"));
fs.statSync("/file"); fs.readdirSync("/"); fs.existsSync("/none");
module.exports = { leaks, read };
`;

describe.each(cellKinds)("a program in a %s cell that replaces intrinsics", (cells) => {
  it("never meets the window that its system calls go through", async () => {
    await using runtime = createRuntime({ cells, filesystem: createInMemoryFileSystem(), permissions: allowAllFs });
    const result = await runtime.run(program);
    expect(result.exports).toEqual({ leaks: [], read: "hello" });
  });

  it("can import all the same, as in Node, when arrays cannot be iterated any more", async () => {
    const filesystem = createInMemoryFileSystem();
    filesystem.writeFile("/module.mjs", "export const value = 1;");
    await using runtime = createRuntime({ cells, filesystem, permissions: allowAllFs });
    const { errorMessage, exports } = await runtime.run(
      `delete Array.prototype[Symbol.iterator];
       import("/module.mjs").then(({ value }) => { module.exports = value; });`,
    );
    expect([errorMessage, exports]).toEqual([undefined, 1]);
  });
});
