import { expect, test } from "vitest";
import { PluginError, PluginHost, type PluginHostOptions } from "../src/index.ts";

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
