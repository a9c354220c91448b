import { expect, test } from "vitest";
import { hostsUnderTest, notes, plugin, startAll, TELLS, thrownBy, untilState } from "../support/plugin-hosts.ts";

const hosts = hostsUnderTest();
const HOOKS = { ...TELLS, hooks: ["it", "next"] };
/** Another plugin, which notices nothing. */
const NEIGHBOUR = plugin("neighbour", "context.events.on('next', (n) => context.notes.tell(n))", HOOKS);

/** What handlers do, and how each call of them ends. */
const handlers: readonly (readonly [does: string, handler: string, code: string | undefined])[] = [
  ["throws undefined", "() => { throw undefined; }", "ERR_PLUGIN_THREW"],
  ["throws null", "() => { throw null; }", "ERR_PLUGIN_THREW"],
  ["throws a symbol", "() => { throw Symbol('it'); }", "ERR_PLUGIN_THREW"],
  ["throws a function", "() => { throw () => 1; }", "ERR_PLUGIN_THREW"],
  [
    "throws a proxy",
    "() => { throw new Proxy({}, { get() { throw 1; }, ownKeys() { throw 2; } }); }",
    "ERR_PLUGIN_THREW",
  ],
  ["throws what has getters", "() => { throw { get message() { throw 1; }, get code() { for (;;); } }; }", undefined],
  ["throws a circle", "() => { const a = {}; a.a = a; throw a; }", "ERR_PLUGIN_THREW"],
  [
    "throws an error with getters",
    "() => { throw Object.defineProperties(new Error(), { message: { get() { throw 1; } }, stack: { get() { throw 2; } }, name: { get() { throw 3; } } }); }",
    "ERR_PLUGIN_THREW",
  ],
  ["throws a huge string", "() => { throw 'x'.repeat(2 ** 22); }", undefined],
  [
    "throws a frozen error of its own",
    "() => { throw Object.freeze(Object.assign(new Error('\\u202e\\u001b[2J'), { code: 'ERR_PLUGIN_HELD', __proto__: null })); }",
    "ERR_PLUGIN_THREW",
  ],
  ["rejects", "async () => { throw new Error('later'); }", "ERR_PLUGIN_THREW"],
  ["recurs for ever", "() => { const f = () => f() + 1; return f(); }", "ERR_PLUGIN_THREW"],
  ["answers with a function", "() => () => 1", "ERR_PLUGIN_THREW"],
  ["answers with a proxy", "() => new Proxy({}, {})", "ERR_PLUGIN_THREW"],
  ["answers with a generator", "async function* () { yield 1; }", "ERR_PLUGIN_THREW"],
  ["answers with too much", "() => new Uint8Array(2 ** 21)", "ERR_PLUGIN_LIMIT"],
  ["computes for ever", "() => { for (;;); }", "ERR_PLUGIN_LIMIT"],
  ["computes for ever in promises", "async () => { for (;;) await null; }", "ERR_PLUGIN_LIMIT"],
  ["never answers", "() => new Promise(() => {})", "ERR_PLUGIN_TIMEOUT"],
  ["waits for a service that never answers", "() => context.clock.never()", "ERR_PLUGIN_TIMEOUT"],
  ["never answers as a thenable", "() => ({ then() {} })", "ERR_PLUGIN_TIMEOUT"],
  [
    "takes all memory",
    "() => { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); }",
    "ERR_PLUGIN_LIMIT",
  ],
  [
    "takes all memory for buffers",
    "() => { const all = []; for (;;) all.push(new Uint8Array(1e7).fill(1)); }",
    undefined,
  ],
  [
    "ends the realm",
    "() => { for (const key of Reflect.ownKeys(globalThis)) delete globalThis[key]; Object.prototype.then = (f) => f(1); Array.prototype[Symbol.iterator] = null; throw 1; }",
    undefined,
  ],
];

test.for(handlers)("a handler that %s fails by name, and the next event comes", async ([, handler, code]) => {
  const { told, service } = notes();
  const never = () => new Promise(() => undefined);
  const host = hosts.with({
    services: { notes: service, clock: { never } },
    ...(code === "ERR_PLUGIN_TIMEOUT" && { eventTimeoutMs: 1000 }),
  });
  const permissions = { ...HOOKS, services: { ...TELLS.services, clock: ["never"] } };
  const body = `context.events.on("it", ${handler}); context.events.on("next", (n) => context.notes.tell(n));`;
  await startAll(host, plugin("hostile", body, permissions, { limits: { cpuTimeMs: 200 } }), NEIGHBOUR);
  const [report, next] = await Promise.all([host.emit("it"), host.emit("next", "next")]);
  const error = report.deliveries[0]?.error;
  expect(report.deliveries).toMatchObject([{ plugin: "hostile", outcome: "failed" }]);
  expect(error?.code).toMatch(code ?? /^ERR_PLUGIN_(?:THREW|LIMIT|TIMEOUT)$/);
  expect(next.deliveries.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
  expect(told).toEqual(["next", "next"]);
  const { lastError } = (await host.status("hostile")).health;
  expect(lastError?.message).toMatch(/^[ -~…]{1,600}$/);
  expect(lastError?.code).toBe(error?.code);
});

test("what answers twice is heard once", async () => {
  const host = hosts.with();
  const body = `
    context.events.filter("it", () => ({ then(resolve, reject) { resolve("first"); reject(1); resolve("second"); throw 2; } }));
    context.events.filter("next", () => new Promise((resolve, reject) => { resolve("first"); resolve("second"); reject(1); }));`;
  await startAll(host, plugin("twice", body, { hooks: ["it", "next"] }));
  expect(await host.filter("it", "given")).toBe("first");
  expect(await host.filter("next", "given")).toBe("first");
});

test("arguments that are changed after the call are what they were at it", async () => {
  const { told, service } = notes();
  const gate = Promise.withResolvers<void>();
  const checked: unknown[] = [];
  const host = hosts.with({
    services: { notes: service },
    check: async ({ args }) => {
      await gate.promise;
      checked.push(structuredClone(args));
      (args[0] as { path: string }).path = "changed by the check";
      return true;
    },
  });
  const body = `
    const given = { path: "harmless" };
    const done = context.notes.tell(given);
    given.path = "/etc/passwd";
    context.events.on("it", () => done);`;
  await startAll(host, plugin("changer", body, HOOKS));
  gate.resolve();
  await host.emit("it");
  expect(checked).toEqual([[{ path: "harmless" }]]);
  expect(told).toEqual([{ path: "harmless" }]);
});

test("a plugin that never ends its `deactivate`, or throws there, is ended all the same", async () => {
  const never = () => new Promise(() => undefined);
  const host = hosts.with({ services: { clock: { never } }, stopTimeoutMs: 100 });
  const ends = ["await context.clock.never()", "for (;;);", "throw 1", "await new Promise(() => {})"];
  for (const [index, end] of ends.entries()) {
    const { manifest, code } = plugin(`clinging-${index}`, "", { services: { clock: ["never"] } });
    await startAll(host, { manifest, code: `${code} export async function deactivate(context) { ${end} }` });
  }
  const before = performance.now();
  await Promise.all(ends.map((_, index) => host.stop(`clinging-${index}`)));
  expect(performance.now() - before).toBeLessThan(15_000);
  expect(host.list().map(({ state }) => state)).toEqual(ends.map(() => "stopped"));
});

test("a plugin that cannot be activated says so to whoever starts it, and nothing is left over", async () => {
  const never = () => new Promise(() => undefined);
  const host = hosts.with({ services: { clock: { never } } });
  const limits = { cpuTimeMs: 100, wallTimeMs: 3000 };
  const kinds: readonly (readonly [string, string])[] = [
    ["for (;;);", "ERR_PLUGIN_LIMIT"],
    ["await context.clock.never()", "ERR_PLUGIN_LIMIT"],
    ["await new Promise(() => {})", "ERR_PLUGIN_LOAD"],
    ["const all = []; for (;;) all.push(new Array(1e6).fill(1))", "ERR_PLUGIN_LIMIT"],
    ["throw undefined", "ERR_PLUGIN_LOAD"],
    ["throw { get message() { throw 1; } }", "ERR_PLUGIN_LOAD"],
    ["const f = () => f() + 1; f()", "ERR_PLUGIN_LOAD"],
    ["import('node:fs')", "ERR_PLUGIN_LOAD"],
  ];
  const guests = hosts.runtime.status().activeRuns;
  for (const [index, [body, code]] of kinds.entries()) {
    const id = `dead-${index}`;
    const awaited = body.startsWith("import") ? `await ${body}` : body;
    await host.install(plugin(id, awaited, { services: { clock: ["never"] } }, { limits }));
    const error = await thrownBy(host.start(id));
    expect([body, error.code]).toEqual([body, code]);
    expect(await host.status(id)).toMatchObject({ state: "stopped", health: { lastError: { code } } });
  }
  expect(hosts.runtime.status().activeRuns).toBe(guests);
});

test("a flood of calls of services is refused beyond what may be under way, and harms no other plugin", async () => {
  const { told, service } = notes();
  const never = () => new Promise(() => undefined);
  const host = hosts.with({
    services: { notes: service, clock: { never } },
    serviceCallsAtOnce: 10,
    serviceTimeoutMs: 1000,
  });
  const body = `
    context.events.on("it", async () => {
      const calls = await Promise.allSettled(Array.from({ length: 5000 }, () => context.clock.never()));
      const codes = {};
      for (const { reason } of calls) codes[reason.code] = (codes[reason.code] ?? 0) + 1;
      await context.notes.tell(codes);
    });`;
  const permissions = { ...HOOKS, services: { ...TELLS.services, clock: ["never"] } };
  await startAll(host, plugin("flood", body, permissions, { limits: { cpuTimeMs: 5000 } }), NEIGHBOUR);
  const flood = host.emit("it");
  await host.emit("next", "next");
  expect(told).toEqual(["next"]);
  await flood;
  const { ERR_PLUGIN_BUSY: busy, ERR_PLUGIN_TIMEOUT: late, ...rest } = told[1] as Record<string, number>;
  expect(rest).toEqual({});
  expect(busy).toBeGreaterThan(4000);
  expect(Number(busy) + Number(late)).toBe(5000);
  expect((await host.status("flood")).use.services).toMatchObject({ calls: 5001, failed: 5000, underWay: 0 });
});

test("a plugin that breaches its limits again and again, and lives, is put out of service", async () => {
  const host = hosts.with({
    eventTimeoutMs: 50,
    breaker: { failures: 3, withinMs: 60_000, openMs: 60_000 },
    services: {},
  });
  await startAll(host, plugin("late", "context.events.on('it', () => new Promise(() => {}))", { hooks: ["it"] }));
  for (let n = 0; n < 3; n += 1) {
    expect((await host.emit("it")).deliveries).toMatchObject([{ error: { code: "ERR_PLUGIN_TIMEOUT" } }]);
  }
  await untilState(host, "late", "broken");
  expect((await host.emit("it")).deliveries).toMatchObject([
    { outcome: "dropped", error: { code: "ERR_PLUGIN_RESTING" } },
  ]);
});
