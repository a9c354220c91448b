import { expect, test } from "vitest";
import { createDefaultNetworkAdapter } from "vivarium";
import {
  cacheService,
  configService,
  createMemoryStorage,
  httpService,
  loggerService,
  metricsService,
  type PluginContext,
  type PluginServices,
  readManifest,
  type ServicePlugin,
  storageService,
} from "../src/index.ts";
import { hostsUnderTest, notes, startAll } from "./support/plugin-hosts.ts";

const hosts = hostsUnderTest();

/** What the types of authors name; the compiler holds it to them. */
const typed: { readonly [Name in Exclude<keyof PluginServices, "events">]: Record<keyof PluginServices[Name], true> } =
  {
    logger: { debug: true, info: true, warn: true, error: true },
    cache: { get: true, set: true, delete: true },
    storage: { get: true, has: true, set: true, delete: true, keys: true, clear: true, usage: true },
    config: { get: true, all: true },
    http: { fetch: true },
    metrics: { increment: true, gauge: true, observe: true },
  };

test("the types that authors are given name the methods that there are, all of them", () => {
  const manifest = readManifest({
    id: "a",
    name: "a",
    version: "1.0.0",
    entrypoint: "a.js",
    permissions: { storage: { quotaBytes: 1 }, network: { hosts: ["a.example"] } },
  });
  const plugin: ServicePlugin = { id: "a", version: "1.0.0", manifest };
  const services: Record<keyof typeof typed, (plugin: ServicePlugin) => object> = {
    logger: loggerService(console),
    cache: cacheService(),
    storage: storageService(createMemoryStorage()),
    config: configService(() => ({})),
    http: httpService({ network: createDefaultNetworkAdapter() }),
    metrics: metricsService(() => undefined),
  };
  for (const [name, make] of Object.entries(services))
    expect(Object.keys(make(plugin)).sort()).toEqual(Object.keys(typed[name as keyof typeof typed]).sort());
});

/** A plugin as its author writes it, who has the types. */
async function activate(
  context: PluginContext<"events" | "storage", { notes: { tell(value: unknown): Promise<void> } }>,
): Promise<void> {
  context.events.on("it", async (payload: { n: number }, { event, from }) => {
    await context.storage.set("last", payload.n);
    await context.notes.tell([context.plugin.id, event, from ?? "host", await context.storage.keys()]);
  });
}

test("a plugin that keeps to them works", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service } });
  const permissions = { hooks: ["it"], storage: { quotaBytes: 100 }, services: { notes: ["tell"] } };
  const manifest = { id: "typed", name: "typed", version: "1.0.0", entrypoint: "index.js", permissions };
  await startAll(host, { manifest, code: `export ${activate}` });
  await host.emit("it", { n: 1 });
  expect(told).toEqual([["typed", "it", "host", ["last"]]]);
});
