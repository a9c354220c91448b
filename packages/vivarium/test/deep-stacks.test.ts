import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { allowAllFs, createInMemoryFileSystem, type Diagnostic, type InMemoryFileSystem } from "../src/index.ts";
import { cellKinds, createRuntime } from "./worlds.ts";

const program = readFileSync(new URL("programs/deep-stack.cjs", import.meta.url), "utf8");
const served = { overflowed: true, others: [], content: "the content" };

function createFiles(): InMemoryFileSystem {
  const filesystem = createInMemoryFileSystem();
  filesystem.writeFile("/s", "the content");
  return filesystem;
}

/** Needs some stack of its own, as a check that an embedder wrote may. */
const nested = (depth: number): number => (depth === 0 ? 0 : 1 + nested(depth - 1));

describe.each(cellKinds)("A program at the end of its stack, in a cell of kind %s,", (cells) => {
  test("gets the answers to its own calls, and no fault is reported", async () => {
    const diagnostics: Diagnostic[] = [];
    await using runtime = createRuntime({ cells, filesystem: createFiles(), permissions: allowAllFs, diagnostics });
    // The first cells are spawned, later ones are copied.
    for (let run = 0; run < 4; run++) {
      const { exports, errorMessage } = await runtime.run(program, "/program.cjs");
      expect({ exports, errorMessage }).toEqual({ exports: served });
    }
    expect(diagnostics).toEqual([]);
  });

  test("lets no check of the embedder's overflow", async () => {
    const diagnostics: Diagnostic[] = [];
    const failures: unknown[] = [];
    let checks = 0;
    const fs = (): boolean => {
      checks++;
      try {
        return nested(500) === 500;
      } catch (error) {
        failures.push(error);
        return false;
      }
    };
    await using runtime = createRuntime({ cells, filesystem: createFiles(), permissions: { fs }, diagnostics });
    expect((await runtime.run(program, "/program.cjs")).exports).toEqual(served);
    expect(checks).toBeGreaterThan(7);
    expect({ failures, diagnostics }).toEqual({ failures: [], diagnostics: [] });
  });

  test("has gone about as deep as in Node", async () => {
    await using runtime = createRuntime({ cells });
    const measure = "let depth = 0; function go() { depth++; go(); } try { go(); } catch {}";
    const { exports } = await runtime.run(`${measure} module.exports = depth;`, "/depth.cjs");
    const own: unknown = new Function(`${measure} return depth;`)();
    expect(Number(exports) / Number(own)).toBeGreaterThan(0.7);
  });
});

test.each([
  ["of the usual size", undefined],
  ["of one megabyte", 1],
])(
  "A program at the end of a worker thread's stack %s gets the answers to its own calls",
  async (_size, stackSizeMb) => {
    const worker = new Worker(new URL("programs/deep-stack-worker.ts", import.meta.url), {
      execArgv: ["--conditions=@vivarium/source"],
      ...(stackSizeMb === undefined ? {} : { resourceLimits: { stackSizeMb } }),
    });
    const [told]: unknown[] = await once(worker, "message");
    expect(told).toEqual({ exports: served, errorMessage: undefined, diagnostics: [] });
  },
);
