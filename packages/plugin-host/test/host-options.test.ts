import { expect, test } from "vitest";
import { PluginError, PluginHost, type PluginHostOptions } from "../src/index.ts";
import { hostsUnderTest, notes, plugin, startAll, TELLS } from "./support/plugin-hosts.ts";

const hosts = hostsUnderTest();

function refusedBy(options: unknown): PluginError {
  try {
    void new PluginHost(options as PluginHostOptions).dispose();
  } catch (error) {
    if (error instanceof PluginError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(options)} is taken`);
}

const broken: readonly (readonly [field: string, options: object])[] = [
  ["restMs", { restMs: [0] }],
  ["__proto__", JSON.parse('{ "__proto__": {} }')],
  ["restsMs", { restsMs: [] }],
  ["restsMs.1", { restsMs: [0, -1] }],
  ["restsMs.0", { restsMs: [Number.NaN] }],
  ["breaker.failures", { breaker: { failures: 0 } }],
  ["breaker", { breaker: { within: 1 } }],
  ["isolation", { isolation: "none" }],
  ["logger", { logger: { info() {} } }],
  ["storage", { storage: new Map() }],
  ["metrics", { metrics: {} }],
  ["runtime", { runtime: {} }],
  ["network", { network: {} }],
  ["check", { check: true }],
  ["onEvent", { onEvent: "log" }],
  ["services.storage", { services: { storage: {} } }],
  ["services.constructor", { services: { constructor: {} } }],
  ["services.a", { services: { a: 1 } }],
  ["limits.memoryMb", { limits: { memoryMb: "64" } }],
  ["emits.perSecond", { emits: { perSecond: 0.5 } }],
  ["eventTimeoutMs", { eventTimeoutMs: 2 ** 31 }],
  ["maxQueuedEvents", { maxQueuedEvents: 0 }],
  ["approveFirst", { approveFirst: "false" }],
  ["order", { order: "a" }],
  ["order", { order: ["a", "b", "a"] }],
  ["limits.memoryMb", { limits: { memoryMb: 4 } }],
  ["config.a", { config: { a: 1 } }],
  ["approvals.a", { approvals: { a: { grants: {} } } }],
];

test.for(broken)("an option that cannot be is refused by its name: %s", ([field, options]) => {
  const error = refusedBy(options);
  expect(error.code).toBe("ERR_PLUGIN_OPTION");
  expect(error.issues.map((issue) => issue.field)).toEqual([field]);
  expect(error.message).toContain(field);
});

test("approvals that are none are refused by their names", () => {
  const error = refusedBy({ approvals: { a: { permissions: { hooks: ["It"], more: 1 } } } });
  expect(error.code).toBe("ERR_PLUGIN_OPTION");
  expect(error.issues.length).toBeGreaterThan(1);
  for (const { field } of error.issues) expect(field).toMatch(/^approvals\.a\.permissions/);
});

test("all that is wrong is told at once, and what there is", () => {
  expect(refusedBy({ order: 1, isolaton: "shared", startsAtOnce: 0 }).issues.map(({ field }) => field)).toEqual([
    "order",
    "isolaton",
    "startsAtOnce",
  ]);
  expect(refusedBy({ isolaton: "shared" }).message).toContain("isolation");
  expect(refusedBy(null).code).toBe("ERR_PLUGIN_OPTION");
});

test("a part of an option that there is not is named, with those that there are", () => {
  const { message } = refusedBy({ breaker: { restMs: 1 }, emits: 5 });
  expect(message).toContain("breaker: there is no restMs; there are failures, withinMs, openMs");
  expect(message).toContain("emits: an object");
});

test.each([
  [{ acept: () => false }, 'no option "acept"'],
  [{ accept: "yes" }, '"accept" of a filter is a function'],
])(
  "a filter refuses options that it does not have, since the value would go unchecked: %j",
  async (options, message) => {
    const host = hosts.with();
    const filtered = host.filter("it", 1, options as object);
    await expect(filtered).rejects.toMatchObject({
      code: "ERR_PLUGIN_ARGUMENT",
      message: expect.stringContaining(message),
    });
  },
);

test("what a plugin has used can be told as JSON", async () => {
  const { service } = notes();
  const host = hosts.with({ services: { notes: service } });
  await startAll(host, plugin("it", "await context.notes.tell(1)", TELLS));
  const { use } = JSON.parse(JSON.stringify(await host.status("it")));
  expect(use.services.methods["notes.tell"]).toMatchObject({ calls: 1 });
});
