import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createMemoryStorage, type PluginMetric, type ServiceRecord } from "../src/index.ts";
import { hostsUnderTest, notes, plugin, startAll, TELLS, thrownBy } from "./support/plugin-hosts.ts";

const hosts = hostsUnderTest();

test("a plugin has what its manifest grants, and nothing else", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service, secret: { read: () => "it" } } });
  await startAll(
    host,
    plugin("modest", "await context.notes.tell([Object.keys(context).sort(), Object.keys(context.notes)])", TELLS),
    plugin("rich", "await context.notes.tell(Object.keys(context).sort())", {
      services: { notes: "*", logger: ["info"], cache: "*", config: "*" },
      storage: { quotaBytes: 1000 },
      hooks: ["it"],
      emits: ["it"],
    }),
  );
  expect(told).toEqual([
    [["notes", "plugin"], ["tell"]],
    ["cache", "config", "events", "logger", "notes", "plugin", "storage"],
  ]);
});

test("a plugin that asks for what its host does not have is not started", async () => {
  const host = hosts.with({ services: { notes: notes().service } });
  await host.install(plugin("a", "", { services: { secret: "*" } }));
  await host.install(plugin("b", "", { services: { notes: ["untell"] } }));
  await host.install(plugin("c", "", { services: { metrics: "*" } }));
  for (const [id, word] of [
    ["a", "secret"],
    ["b", "notes.untell"],
    ["c", "metrics"],
  ] as const) {
    const error = await thrownBy(host.start(id));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_PERMISSION", plugin: id });
    expect(error.message).toContain(word);
  }
  const reports = await host.startAll();
  expect(reports.map(({ plugin: id, error }) => [id, error?.code])).toEqual([
    ["a", "ERR_PLUGIN_PERMISSION"],
    ["b", "ERR_PLUGIN_PERMISSION"],
    ["c", "ERR_PLUGIN_PERMISSION"],
  ]);
});

test("storage is each plugin's own, and outlives its starts, its updates and its host", async () => {
  const { told, service } = notes();
  const storage = createMemoryStorage();
  const permissions = { ...TELLS, storage: { quotaBytes: 100 } };
  const body = `
    const before = await context.storage.get("count");
    await context.storage.set("count", (before ?? 0) + 1);
    await context.notes.tell([context.plugin.id, before]);`;
  const first = hosts.with({ services: { notes: service }, storage });
  await startAll(first, plugin("a", body, permissions), plugin("b", body, permissions));
  await first.stop("a");
  await first.start("a");
  await first.update("a", plugin("a", body, permissions, { version: "2.0.0" }));
  await first.dispose();
  const second = hosts.with({ services: { notes: service }, storage });
  await startAll(second, plugin("a", body, permissions));
  expect(told).toEqual([
    ["a", undefined],
    ["b", undefined],
    ["a", 1],
    ["a", 2],
    ["a", 3],
  ]);
});

test("configuration, figures and log lines are the plugin's", async () => {
  const { told, service } = notes();
  const metrics: PluginMetric[] = [];
  const host = hosts.with({
    services: { notes: service },
    metrics: (metric) => metrics.push(metric),
    config: { configured: { colour: "green" } },
  });
  const body = `
    await context.notes.tell(await context.config.all());
    await context.metrics.increment("articles", 2);
    await context.logger.info("\\u001b[2J it is there");`;
  const permissions = { services: { ...TELLS.services, config: "*", metrics: "*", logger: "*" } };
  const config = { colour: "red", size: 1 };
  await startAll(host, plugin("configured", body, permissions, { config }));
  expect(told).toEqual([{ colour: "green", size: 1 }]);
  expect(metrics).toMatchObject([{ plugin: "configured", kind: "counter", name: "articles", value: 2 }]);
  const line = hosts.lines.find(({ message }) => message.includes("it is there"));
  expect(line).toMatchObject({ level: "info", context: { plugin: "configured" } });
  expect(line?.message).not.toContain("\u001b");
});

test("a plugin reaches the hosts that it was granted over HTTP, and no others", async () => {
  const { told, service } = notes();
  await using server = createServer((_request, response) => response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const host = hosts.with({ services: { notes: service } });
  const body = `
    for (const where of ["127.0.0.1:${port}", "localhost:${port}", "127.0.0.2:${port}"])
      await context.http.fetch("http://" + where).then(({ text }) => context.notes.tell(text), ({ code }) => context.notes.tell(code));`;
  await startAll(host, plugin("web", body, { ...TELLS, network: { hosts: [`127.0.0.1:${port}`] } }));
  expect(told).toEqual(["hello", "ERR_PLUGIN_PERMISSION", "ERR_PLUGIN_PERMISSION"]);
  expect((await host.status("web")).use.denials).toBe(2);
});

test("the host's own check is asked for each call, and the host hears of each", async () => {
  const { told, service } = notes();
  const records: ServiceRecord[] = [];
  const host = hosts.with({
    services: { notes: service },
    check: ({ plugin: { id }, args }) => id === "liked" && args[0] !== "secret",
    onServiceCall: (record) => records.push(record),
  });
  const body = `
    for (const what of ["open", "secret"])
      await context.notes.tell(what).catch((error) => { if (error.code !== "ERR_PLUGIN_PERMISSION") throw error; });`;
  await startAll(host, plugin("liked", body, TELLS), plugin("other", body, TELLS));
  expect(told).toEqual(["open"]);
  expect(records.map(({ plugin: id, outcome }) => [id, outcome])).toEqual([
    ["liked", "done"],
    ["liked", "denied"],
    ["other", "denied"],
    ["other", "denied"],
  ]);
  expect((await host.status("liked")).use).toMatchObject({ denials: 1, services: { calls: 2, denied: 1 } });
  expect((await host.status("other")).use.denials).toBe(2);
});

test("a service that is made for a plugin is made once for each of its starts", async () => {
  const made: string[] = [];
  const host = hosts.with({
    services: {
      mine({ id, version }: { readonly id: string; readonly version: string }) {
        made.push(`${id}@${version}`);
        return { get: () => id };
      },
    },
  });
  await startAll(host, plugin("a", "if (await context.mine.get() !== 'a') throw 1", { services: { mine: "*" } }));
  await host.stop("a");
  await host.start("a");
  expect(made).toEqual(["a@1.0.0", "a@1.0.0"]);
});

test("each call of a service is in the host's log: what was done for whoever debugs, the rest with the host's own words", async () => {
  const lines: unknown[][] = [];
  const line = (level: string) => (message: string, context?: Record<string, unknown>) =>
    void lines.push([level, message, context]);
  const host = hosts.with({
    logger: { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") },
    services: {
      notes: {
        tell: () => 1,
        fail: () => {
          throw new Error("/etc/secret");
        },
      },
    },
  });
  const body =
    "await context.notes.tell(); await context.notes.fail().catch((error) => { globalThis.seen = error; }); await context.logger.info(seen.message);";
  await startAll(host, plugin("it", body, { services: { notes: "*", logger: ["info"] } }));
  const calls = lines.filter(([, message]) => String(message).includes("Call of notes"));
  expect(calls).toEqual([
    ["debug", 'Plugin "it": Call of notes.tell: done', { plugin: "it", source: "host", ms: expect.any(Number) }],
    [
      "warn",
      'Plugin "it": Call of notes.fail: failed',
      { plugin: "it", source: "host", ms: expect.any(Number), error: new Error("/etc/secret") },
    ],
  ]);
  const said = lines.filter(([, , context]) => (context as { readonly source: string }).source === "plugin");
  expect(said).toEqual([
    ["info", expect.stringContaining('"notes.fail" has failed'), { plugin: "it", source: "plugin" }],
  ]);
});

test("calls of services that come too soon wait", async () => {
  const times: number[] = [];
  const host = hosts.with({
    serviceCallsPerSecond: 10,
    services: { notes: { tell: () => void times.push(performance.now()) } },
  });
  const body = "await Promise.all(Array.from({ length: 15 }, () => context.notes.tell()));";
  await startAll(host, plugin("hasty", body, TELLS));
  expect(times).toHaveLength(15);
  // The first ten are a burst; the others are a tenth of a second apart.
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(400);
});

test("an event that a plugin sends has so many values at most", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service } });
  const body = `
    for (const length of [1990, 2001])
      await context.notes.tell(await context.events.emit("it", Array(length).fill(0)).then(() => "sent", ({ code }) => code));`;
  await startAll(host, plugin("it", body, { ...TELLS, emits: ["it"] }));
  expect(told).toEqual(["sent", "ERR_PLUGIN_ARGUMENT"]);
});
