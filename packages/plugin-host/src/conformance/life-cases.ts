import { strict as assert } from "node:assert";
import type { IPluginManifest } from "../manifest/plugin-manifest.ts";
import type { SandboxIsolate } from "../sandbox/sandbox-isolate.ts";
import { expectCode } from "./expectations.ts";
import { endSandbox, manifestOf, type PluginSandboxCase, sandboxCase } from "./sandbox-case.ts";

/** How isolates come and go. */
export const lifeCases: readonly PluginSandboxCase[] = [
  sandboxCase("life", "an isolate is made as its manifest says", async ({ isolate }) => {
    const [one, other] = [await isolate({}, { memoryMb: 24, cpuTimeMs: 300 }), await isolate()];
    assert.equal(one.pluginId, manifestOf().id);
    assert.equal(one.memoryLimitMB, 24);
    assert.equal(one.cpuTimeLimitMs, 300);
    assert.ok(Math.abs(Date.now() - one.createdAt) < 60_000, "just now");
    assert.notEqual(one.id, other.id);
    assert.ok(Object.isFrozen(one), "frozen");
  }),
  sandboxCase("life", "a manifest that is none makes no isolate", async ({ sandbox }) => {
    const manifest = manifestOf();
    for (const broken of [
      null,
      {},
      { ...manifest, id: "../up" },
      { ...manifest, limits: { memoryMb: -1 } },
      { ...manifest, more: 1 },
    ])
      await expectCode("ERR_PLUGIN_MANIFEST", () => sandbox.createIsolate(broken as IPluginManifest));
  }),
  sandboxCase("life", "a manifest is read once: what becomes of it later changes nothing", async ({ sandbox, run }) => {
    const services: Record<string, "*" | string[]> = { kept: ["get"] };
    const isolate = await sandbox.createIsolate(manifestOf({ services }));
    services["kept"] = "*";
    services["more"] = "*";
    const context = { kept: { get: () => 1, put: () => 2 }, more: { get: () => 3 } };
    assert.deepEqual(await run("[Object.keys(context), Object.keys(context.kept)]", { in: isolate, with: context }), [
      ["kept"],
      ["get"],
    ]);
  }),
  sandboxCase("life", "what was disposed of is of no use", async ({ sandbox, isolate, run }) => {
    const within = await isolate();
    sandbox.dispose(within);
    await expectCode("ERR_PLUGIN_DISPOSED", () => run("1", { in: within }));
    await expectCode("ERR_PLUGIN_DISPOSED", () => sandbox.getMemoryUsage(within));
    sandbox.dispose(within);
  }),
  sandboxCase("life", "disposing ends what is under way", async ({ sandbox, isolate, run }) => {
    const [within, other] = [await isolate({ services: { host: "*" } }), await isolate()];
    const { promise: isReady, resolve: ready } = Promise.withResolvers<void>();
    const code = "await context.host.ready(); return new Promise(() => {})";
    const waiting = expectCode("ERR_PLUGIN_DISPOSED", () => run(code, { in: within, with: { host: { ready } } }));
    await Promise.race([isReady, waiting]);
    const begun = expectCode("ERR_PLUGIN_DISPOSED", () => run("new Promise(() => {})", { in: within }));
    const beside = run("Promise.resolve(42)", { in: other });
    sandbox.dispose(within);
    await Promise.all([waiting, begun]);
    assert.equal(await beside, 42);
    assert.equal(await run("40 + 2", { in: other }), 42);
  }),
  sandboxCase(
    "life",
    "a handle that the sandbox has not made is none",
    async ({ sandbox, makeSandbox, isolate, run }) => {
      const own = await isolate();
      const another = await makeSandbox();
      try {
        const foreign = await another.createIsolate(manifestOf());
        const forged = [
          foreign,
          { ...own },
          structuredClone(own),
          Object.create(own),
          { ...own, memoryLimitMB: 2048 },
          {},
          null,
          own.id,
        ];
        for (const handle of forged as readonly SandboxIsolate[]) {
          await expectCode("ERR_PLUGIN_UNKNOWN", () => sandbox.executeInSandbox(handle, "1", {}));
          await expectCode("ERR_PLUGIN_UNKNOWN", () => sandbox.getMemoryUsage(handle));
          await expectCode("ERR_PLUGIN_UNKNOWN", () => sandbox.dispose(handle));
        }
      } finally {
        await endSandbox(another);
      }
      assert.equal(await run("40 + 2", { in: own }), 42);
    },
  ),
  sandboxCase(
    "life",
    "disposeAll ends all isolates, and what is under way in them",
    async ({ sandbox, isolate, run }) => {
      const all = [await isolate(), await isolate()];
      const waiting = all.map((each) =>
        expectCode("ERR_PLUGIN_DISPOSED", () => run("new Promise(() => {})", { in: each })),
      );
      sandbox.disposeAll();
      await Promise.all(waiting);
      for (const each of all) await expectCode("ERR_PLUGIN_DISPOSED", () => run("1", { in: each }));
      sandbox.disposeAll();
    },
  ),
  sandboxCase("life", "disposeAll ends isolates that are being made", async ({ sandbox, isolate }) => {
    const making = expectCode("ERR_PLUGIN_DISPOSED", () => isolate());
    sandbox.disposeAll();
    await making;
  }),
];
