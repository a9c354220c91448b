import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isVivariumError } from "@vivarium/core";
import { describe, expect, test } from "vitest";

import { LiveThreads } from "../../src/worker/live-threads.ts";
import { addLate, MOST_LOST_THREADS, removeLate } from "../../src/worker/lost-threads.ts";

const file = fileURLToPath(new URL("./attacked-host-program.ts", import.meta.url));

function attack(cells: "worker" | "inline", program: string, wallTimeLimitMs = 40_000) {
  const flags = ["--no-node-snapshot", "--conditions=@vivarium/source"];
  const host = spawnSync(process.execPath, [...flags, file, cells, program, String(wallTimeLimitMs)], {
    encoding: "utf8",
    timeout: 80_000,
  });
  const [report = "null", later] = host.stdout.trim().split("\n");
  return { status: host.status, report: JSON.parse(report) as unknown, later };
}

describe("a host with guests in its own process", { timeout: 100_000 }, () => {
  test.each([
    ["worker", "a map", "const map = new Map(); for (let i = 0; ; i++) map.set(i, [i])"],
    ["inline", "a map", "const map = new Map(); for (let i = 0; ; i++) map.set(i, [i])"],
    [
      "worker",
      "a table",
      "for (const all = []; ; ) all.push(new WebAssembly.Table({ initial: 1e6, element: 'anyfunc' }))",
    ],
    [
      "inline",
      "a table",
      "for (const all = []; ; ) all.push(new WebAssembly.Table({ initial: 1e6, element: 'anyfunc' }))",
    ],
  ] as const)("%s: lives on when %s does not fit into a guest's heap", (cells, _what, program) => {
    expect(attack(cells, program)).toEqual({
      status: 7,
      report: { outcome: { kind: "out-of-memory", code: 1, limitMiB: 64 }, next: "the next\n", codes: [], parked: 0 },
      later: "a later listener: 7",
    });
  });

  test("does not wait for a thread that V8 cannot end: neither to dispose of its driver nor to exit, with its listeners and its code", () => {
    const began = performance.now();
    const endless = "Array.prototype.lastIndexOf.call({ length: 2 ** 53 - 1 }, 1)";
    expect(attack("worker", endless, 1000)).toEqual({
      status: 7,
      report: {
        outcome: { kind: "wall-time-limit", code: 124, limitMs: 1000 },
        next: "the next\n",
        codes: ["ERR_CELL_FAILED"],
        parked: 0,
      },
      later: "a later listener: 7",
    });
    // The search would take years.
    expect(performance.now() - began).toBeLessThan(80_000);
  });
});

test("a process in which too many threads cannot be ended starts no other, until some have ended", () => {
  const live = new LiveThreads();
  const lost = Array.from({ length: MOST_LOST_THREADS }, () => ({}));
  try {
    for (const thread of lost) {
      live.assertRoom();
      addLate(thread);
    }
    expect(() => live.assertRoom()).toThrow(
      expect.toSatisfy((error) => isVivariumError(error, "ERR_CELL_FAILED") && error.message.includes("8 threads")),
    );
    removeLate(lost[3] ?? {});
    live.assertRoom();
  } finally {
    for (const thread of lost) removeLate(thread);
  }
});
