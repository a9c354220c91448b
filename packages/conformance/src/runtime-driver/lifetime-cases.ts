import { isVivariumError } from "@vivarium/core";
import { expect } from "vitest";
import type { RuntimeDriverCase } from "./runtime-driver-case.ts";

/** The resources of this process that keep it alive, as Node names them. */
const resources = (): string[] => process.getActiveResourcesInfo().sort();

/** What is in `after` beyond what is in `before`. */
function added(before: readonly string[], after: readonly string[]): string[] {
  const left = [...before];
  return after.filter((name) => {
    const index = left.indexOf(name);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

/** Runs are apart, and nothing outlives them. */
export const lifetimeCases: readonly RuntimeDriverCase[] = [
  {
    name: "a run sees nothing of the one before: no global, no patched prototype, no module state",
    async run({ exec, exportsOf }) {
      await exec(`
        globalThis.left = 1; Array.prototype.left = 1; Object.prototype.polluted = 1;
        require("node:path").left = 1; process.env.LEFT = "1"; process.exitCode = 0;`);
      const code = `module.exports = [typeof left, typeof [].left, typeof {}.polluted, typeof require("node:path").left, process.env.LEFT];`;
      expect(await exportsOf(code)).toEqual(["undefined", "undefined", "undefined", "undefined", undefined]);
      expect("polluted" in {}).toBe(false);
    },
  },
  {
    name: "runs at the same time keep apart, and each gets its own answer",
    needs: ["concurrency"],
    async run({ run }) {
      const results = await Promise.all(
        Array.from({ length: 4 }, (_, index) =>
          run(`globalThis.mine = ${index}; setTimeout(() => console.log(mine), 20); module.exports = ${index};`),
        ),
      );
      for (const [index, { outcome, exports, stdout }] of results.entries()) {
        expect(outcome).toEqual({ kind: "returned", code: 0 });
        expect([exports, stdout]).toEqual([index, `${index}\n`]);
      }
    },
  },
  {
    name: "a program is silent once its run is over",
    async run({ exec, exportsOf }) {
      const late: string[] = [];
      let over = false;
      await exec("setInterval(() => console.log('again'), 5); setTimeout(() => process.exit(0), 30);", {
        onStdio: ({ message }) => void (over && late.push(message)),
      });
      over = true;
      await exportsOf("await new Promise((resolve) => setTimeout(resolve, 50)); export {};", {
        filePath: "/entry.mjs",
      });
      expect(late).toEqual([]);
    },
  },
  {
    name: "a driver that ran something is disposed of without a trace, and twice is no error",
    async run({ open }) {
      const before = resources();
      const bench = open({});
      await bench.exec("setTimeout(() => {}, 5);");
      await bench.exec("for (;;);", { limits: { cpuTimeLimitMs: 50 } });
      await bench[Symbol.asyncDispose]();
      await bench[Symbol.asyncDispose]();
      await expect.poll(() => added(before, resources()), { timeout: 5000 }).toEqual([]);
    },
  },
  {
    name: "a driver that never ran anything can be disposed of",
    async run({ open }) {
      await open({})[Symbol.asyncDispose]();
    },
  },
  {
    name: "a run that is under way ends when its driver is disposed of",
    async run({ open }) {
      const bench = open({});
      const begun = Promise.withResolvers<void>();
      const running = bench.exec("console.log('here'); setInterval(() => {}, 10);", { onStdio: () => begun.resolve() });
      const settled = Promise.allSettled([running]);
      await begun.promise;
      await bench[Symbol.asyncDispose]();
      const [result] = await settled;
      if (result.status === "fulfilled") expect(["aborted", "crashed"]).toContain(result.value.outcome.kind);
      else expect(isVivariumError(result.reason, "ERR_DISPOSED")).toBe(true);
    },
  },
  {
    name: "a driver that has been disposed of refuses with ERR_DISPOSED",
    async run({ open }) {
      const bench = open({});
      await bench[Symbol.asyncDispose]();
      const [result] = await Promise.allSettled([bench.exec("1")]);
      expect(result.status === "rejected" && isVivariumError(result.reason, "ERR_DISPOSED")).toBe(true);
    },
  },
];
