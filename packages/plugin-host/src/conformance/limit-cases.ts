import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { expectCode, expectLimit } from "./expectations.ts";
import { type PluginSandboxCase, sandboxCase } from "./sandbox-case.ts";

const ALLOCATES = "const all = []; for (;;) all.push(new Array(1000).fill(all.length))";

/** What code may use. */
export const limitCases: readonly PluginSandboxCase[] = [
  sandboxCase("limits", "CPU time: a loop ends, and the isolate is of use again", async ({ isolate, run }) => {
    const within = await isolate({}, { cpuTimeMs: 100 });
    await expectLimit("cpu", () => run("for (;;);", { in: within }));
    assert.equal(await run("40 + 2", { in: within }), 42);
    await expectLimit("cpu", () => run("await null; for (;;);", { in: within }));
    assert.equal(await run("40 + 2", { in: within }), 42);
  }),
  sandboxCase("limits", "what a limit has ended has lost its global scope", async ({ isolate, run }) => {
    const within = await isolate({}, { cpuTimeMs: 100 });
    await run("globalThis.kept = 1", { in: within });
    await expectLimit("cpu", () => run("for (;;);", { in: within }));
    assert.equal(await run("typeof kept", { in: within }), "undefined");
  }),
  sandboxCase("limits", "memory: whoever takes too much ends, and nobody else", async ({ isolate, run }) => {
    const [greedy, other] = [
      await isolate({}, { memoryMb: 16, cpuTimeMs: 20_000, wallTimeMs: 30_000 }),
      await isolate(),
    ];
    await run("globalThis.kept = 42", { in: other });
    await expectLimit("memory", () => run(ALLOCATES, { in: greedy }));
    assert.equal(await run("kept", { in: other }), 42);
    assert.equal(await run("40 + 2", { in: greedy }), 42);
  }),
  sandboxCase("limits", "wall time: what never answers is given up", async ({ isolate, run }) => {
    const within = await isolate({}, { wallTimeMs: 200 });
    await expectCode("ERR_PLUGIN_TIMEOUT", () => run("new Promise(() => {})", { in: within }));
    assert.equal(await run("40 + 2", { in: within }), 42);
  }),
  sandboxCase("limits", "wall time: what computes on after that is in nobody's way", async ({ isolate, run }) => {
    const within = await isolate({}, { cpuTimeMs: 20_000, wallTimeMs: 500 });
    await expectCode("ERR_PLUGIN_TIMEOUT", () => run("for (;;);", { in: within }));
    assert.equal(await run("40 + 2", { in: within }), 42);
  }),
  sandboxCase("limits", "wall time: an execution may be given less, and not more", async ({ isolate, run }) => {
    const within = await isolate({}, { wallTimeMs: 500 });
    for (const timeoutMs of [50, 60_000]) {
      const began = performance.now();
      await expectCode("ERR_PLUGIN_TIMEOUT", () => run("new Promise(() => {})", { in: within, with: { timeoutMs } }));
      assert.ok(performance.now() - began < 10_000, "it was not waited for");
    }
  }),
  sandboxCase("limits", "an execution can be called off", async ({ isolate, run }) => {
    const within = await isolate();
    const controller = new AbortController();
    const { signal } = controller;
    setTimeout(() => controller.abort(), 50);
    await expectCode("ERR_PLUGIN_ABORTED", () => run("new Promise(() => {})", { in: within, with: { signal } }));
    await expectCode("ERR_PLUGIN_ABORTED", () => run("1", { in: within, with: { signal: AbortSignal.abort() } }));
  }),
  sandboxCase("limits", "a service that never answers keeps nobody longer than that", async ({ isolate, run }) => {
    const within = await isolate({ services: { slow: "*" } }, { wallTimeMs: 200 });
    const slow = { down: () => new Promise(() => undefined) };
    await expectCode("ERR_PLUGIN_TIMEOUT", () => run("context.slow.down()", { in: within, with: { slow } }));
    assert.equal(await run("40 + 2", { in: within }), 42);
  }),
  sandboxCase("limits", "a loop does not keep the host", async ({ isolate, run }) => {
    const within = await isolate({}, { cpuTimeMs: 500 });
    let turns = 0;
    const looping = expectLimit("cpu", () => run("for (;;);", { in: within })).then(() => false);
    while (await Promise.race([looping, sleep(10, true)])) turns += 1;
    assert.ok(turns >= 5, `the host had ${turns} turns meanwhile`);
  }),
  sandboxCase("limits", "memory is measured", async ({ sandbox, isolate, run }) => {
    const within = await isolate({}, { memoryMb: 64 });
    const before = sandbox.getMemoryUsage(within);
    assert.ok(before > 50_000 && before < 64 * 2 ** 20, `${before} bytes of an isolate that does nothing`);
    await run("globalThis.kept = Array.from({ length: 1_000_000 }, (_, index) => index + 0.5); 1", { in: within });
    const grown = sandbox.getMemoryUsage(within) - before;
    assert.ok(grown > 6_000_000 && grown < 60_000_000, `it has grown by ${grown} bytes for a million numbers`);
  }),
];
