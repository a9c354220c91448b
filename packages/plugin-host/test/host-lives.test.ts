import { expect, test } from "vitest";
import { hostsUnderTest, notes, plugin, SOON, startAll, TELLS, thrownBy, untilState } from "./support/plugin-hosts.ts";

const hosts = hostsUnderTest();

test("a plugin is installed, started, told of events, and stopped", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service } });
  const result = await host.install(
    plugin(
      "first",
      "context.events.on('article.created', (article, { event }) => context.notes.tell([event, article.title]))",
      {
        ...TELLS,
        hooks: ["article.*"],
      },
    ),
  );
  expect(result).toMatchObject({ kind: "installed", plugin: { id: "first", version: "1.0.0", state: "installed" } });
  expect((await host.emit("article.created", {})).deliveries).toEqual([]);
  await host.start("first");
  const report = await host.emit("article.created", { title: "On moss" });
  expect(report).toMatchObject({ event: "article.created", deliveries: [{ plugin: "first", outcome: "done" }] });
  expect(told).toEqual([["article.created", "On moss"]]);
  const status = await host.status("first");
  expect(status.state).toBe("running");
  expect(status.use.memoryBytes).toBeGreaterThan(100_000);
  expect(status.use.deliveries).toEqual({ done: 1, failed: 0, dropped: 0, queued: 0 });
  expect(status.use.services).toMatchObject({ calls: 1, denied: 0 });
  await host.stop("first");
  expect(host.list()).toMatchObject([{ id: "first", state: "stopped" }]);
  expect((await host.status("first")).use.services.calls).toBe(1);
  expect((await host.emit("article.created", {})).deliveries).toEqual([]);
});

test("two starts at once are one", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service } });
  await host.install(plugin("once", "await context.notes.tell('started')", TELLS));
  await Promise.all([host.start("once"), host.start("once"), host.startAll()]);
  await host.start("once");
  expect(told).toEqual(["started"]);
  await host.install(plugin("failing", "await context.notes.tell('failed'); throw new Error('no')", TELLS));
  const starts = [host.start("failing"), host.start("failing")].map(thrownBy);
  expect((await Promise.all(starts)).map(({ code }) => code)).toEqual(["ERR_PLUGIN_LOAD", "ERR_PLUGIN_LOAD"]);
  expect(told).toEqual(["started", "failed"]);
});

test("a stop during a start wins, and leaves nothing behind", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service, clock: { never: () => new Promise(() => undefined) } } });
  const permissions = { services: { ...TELLS.services, clock: ["never"] } };
  await host.install(plugin("slow", "await context.notes.tell('started'); await context.clock.never()", permissions));
  const started = thrownBy(host.start("slow"));
  await expect.poll(() => told, SOON).toEqual(["started"]);
  const before = performance.now();
  await host.stop("slow");
  expect(performance.now() - before).toBeLessThan(15_000);
  expect((await started).code).toBe("ERR_PLUGIN_ABORTED");
  expect(host.list()).toMatchObject([{ state: "stopped" }]);
  const again = thrownBy(host.start("slow"));
  await expect.poll(() => told, SOON).toEqual(["started", "started"]);
  await host.stop("slow");
  expect((await again).code).toBe("ERR_PLUGIN_ABORTED");
});

test("a disabled plugin cannot be started before it is enabled", async () => {
  const host = hosts.with();
  await startAll(host, plugin("able", ""));
  await host.disable("able");
  expect(host.list()).toMatchObject([{ state: "disabled" }]);
  expect((await thrownBy(host.start("able"))).code).toBe("ERR_PLUGIN_STATE");
  await host.stop("able");
  expect(host.list()).toMatchObject([{ state: "disabled" }]);
  expect(await host.startAll()).toEqual([]);
  await host.enable("able");
  await host.start("able");
  expect(host.list()).toMatchObject([{ state: "running" }]);
});

test("a plugin's `deactivate` is called when it is stopped", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service } });
  const { manifest, code } = plugin("polite", "", TELLS);
  await startAll(host, { manifest, code: `${code} export const deactivate = (context) => context.notes.tell('bye')` });
  await host.stop("polite");
  expect(told).toEqual(["bye"]);
});

test("what crashes is started again, and then hears what waited for it", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service }, restsMs: [50] });
  const body = `
    await context.notes.tell("started");
    context.events.on("it", (what) => {
      if (what === "die") { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)); }
      return context.notes.tell(what);
    });`;
  await startAll(host, plugin("mortal", body, { ...TELLS, hooks: ["it"] }, { limits: { cpuTimeMs: 10_000 } }));
  const [died, lived] = await Promise.all([host.emit("it", "die"), host.emit("it", "live")]);
  expect(died.deliveries).toMatchObject([{ plugin: "mortal", outcome: "failed" }]);
  expect(died.deliveries[0]?.error).toMatchObject({ code: "ERR_PLUGIN_LIMIT", limit: "memory", plugin: "mortal" });
  expect(lived.deliveries).toMatchObject([{ plugin: "mortal", outcome: "done" }]);
  expect(told).toEqual(["started", "started", "live"]);
  const { health } = await host.status("mortal");
  expect(health).toMatchObject({ crashes: 1, restarts: 1, lastError: { code: "ERR_PLUGIN_LIMIT" } });
});

test("what crashes again and again is put out of service, tried once, and started by hand", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service }, breaker: { failures: 3, withinMs: 60_000, openMs: 500 } });
  const body = `
    await context.notes.tell("started");
    context.events.on("it", () => { for (;;); });`;
  await startAll(host, plugin("hopeless", body, { ...TELLS, hooks: ["it"] }, { limits: { cpuTimeMs: 200 } }));
  const reports = await Promise.all([1, 2, 3, 4].map((each) => host.emit("it", each)));
  expect(reports.map(({ deliveries }) => deliveries.map(({ outcome, error }) => [outcome, error?.code]))).toEqual([
    [["failed", "ERR_PLUGIN_LIMIT"]],
    [["failed", "ERR_PLUGIN_LIMIT"]],
    [["failed", "ERR_PLUGIN_LIMIT"]],
    [["dropped", "ERR_PLUGIN_RESTING"]],
  ]);
  expect(host.list()).toMatchObject([{ state: "broken" }]);
  expect((await host.emit("it")).deliveries).toMatchObject([
    { outcome: "dropped", error: { code: "ERR_PLUGIN_RESTING" } },
  ]);
  await untilState(host, "hopeless", "running");
  expect(told).toHaveLength(4);
  // On trial: once more is too much.
  expect((await host.emit("it")).deliveries).toMatchObject([{ outcome: "failed" }]);
  await untilState(host, "hopeless", "broken");
  await host.start("hopeless");
  expect(host.list()).toMatchObject([{ state: "running" }]);
  // What was is forgotten: it may fail twice before it is too much.
  for (let n = 0; n < 2; n += 1) expect((await host.emit("it")).deliveries).toMatchObject([{ outcome: "failed" }]);
  await untilState(host, "hopeless", "running");
});

test("after the host is disposed of nothing can be asked of it", async () => {
  const host = hosts.with();
  await startAll(host, plugin("gone", ""));
  await Promise.all([host.dispose(), host.dispose()]);
  for (const call of [host.start("gone"), host.startAll(), host.emit("it"), host.install(plugin("other", ""))])
    expect((await thrownBy(call)).code).toBe("ERR_PLUGIN_DISPOSED");
});
