import { expect, test, vi } from "vitest";
import type { SentEvent } from "../src/index.ts";
import { hostsUnderTest, notes, plugin, SOON, startAll, TELLS, thrownBy } from "./support/plugin-hosts.ts";

const hosts = hostsUnderTest();
const HOOKS = { ...TELLS, hooks: ["it", "article.*"] };

test("each plugin gets its events one at a time, in their order, and none waits for another", async () => {
  const { told, service } = notes();
  const gate = Promise.withResolvers<void>();
  const host = hosts.with({ services: { notes: service, gate: { wait: () => gate.promise } } });
  const slow = { ...HOOKS, services: { ...HOOKS.services, gate: ["wait"] } };
  const body = (before: string): string =>
    `let busy = 0; context.events.on("it", async (n) => { busy += 1; ${before} await context.notes.tell([context.plugin.id, n, busy]); busy -= 1; });`;
  await startAll(
    host,
    plugin("slow", body("if (n === 0) await context.gate.wait();"), slow),
    plugin("quick", body(""), HOOKS),
  );
  const sent = [0, 1, 2, 3].map((n) => host.emit("it", n));
  await expect.poll(() => told, SOON).toEqual([0, 1, 2, 3].map((n) => ["quick", n, 1]));
  expect((await host.status("slow")).use.deliveries).toMatchObject({ done: 0, queued: 4 });
  gate.resolve();
  const [report] = await Promise.all(sent);
  expect(report?.deliveries.map((each) => each.plugin)).toEqual(["quick", "slow"]);
  expect(told.slice(4)).toEqual([0, 1, 2, 3].map((n) => ["slow", n, 1]));
});

test("an event is what it was when it was sent", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service } });
  const tells = "await context.notes.tell([context.plugin.id, what.list])";
  const changes = "what.list.push('changed by a')";
  await startAll(
    host,
    plugin("a", `context.events.on("it", async (what) => { ${tells}; ${changes}; })`, HOOKS),
    plugin("b", `context.events.on("it", async (what) => { ${tells}; })`, HOOKS),
  );
  const before = host.emit("it", { list: ["before"] });
  const list = ["as it was"];
  const sent = host.emit("it", { list });
  list.push("changed by the host");
  await Promise.all([before, sent]);
  // Which of the two hears an event first is nobody's promise.
  for (const id of ["a", "b"])
    expect(told.filter((each) => Array.isArray(each) && each[0] === id)).toEqual([
      [id, ["before"]],
      [id, ["as it was"]],
    ]);
});

test("what is no data, or no event, is refused to the host", async () => {
  const host = hosts.with();
  expect((await thrownBy(host.emit("it", () => 1))).code).toBe("ERR_PLUGIN_ARGUMENT");
  for (const name of ["", "It", "a..b", "a.*", ".", "__proto__", "a b", "x".repeat(101)])
    expect((await thrownBy(host.emit(name))).code).toBe("ERR_PLUGIN_ARGUMENT");
  expect((await thrownBy(host.filter("It", 1))).code).toBe("ERR_PLUGIN_ARGUMENT");
});

test("a pattern hears all that begins so, and a plugin's other handlers hear what one has failed at", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service } });
  const body = `
    context.events.on("article.*", () => { throw new TypeError("not today"); });
    context.events.on("article.*", (_, { event }) => context.notes.tell(event));`;
  await startAll(host, plugin("patterns", body, HOOKS));
  expect((await host.emit("article")).deliveries).toEqual([]);
  const { deliveries } = await host.emit("article.draft.saved");
  expect(deliveries).toMatchObject([{ outcome: "failed", error: { code: "ERR_PLUGIN_THREW" } }]);
  expect(deliveries[0]?.error?.message).toContain("not today");
  expect(told).toEqual(["article.draft.saved"]);
});

test("handlers are registered for what the manifest grants, while the plugin is activated, and not without end", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service } });
  const attempt = (code: string): string => `try { ${code}; tell("taken") } catch (error) { tell(error.code) }`;
  const body = `
    const codes = []; const tell = (code) => codes.push(code);
    const { on, filter } = context.events;
    ${attempt('on("user.deleted", () => {})')}
    ${attempt('on("*", () => {})')}
    ${attempt('filter("articles", () => {})')}
    ${attempt('on("article.\\\\n", () => {})')}
    ${attempt('on("article.sub.*", () => {})')}
    ${attempt('for (let n = 1; n < 64; n += 1) on("it", () => {})')}
    ${attempt('on("it", () => {})')}
    context.events.on("late.it", async () => {});
    await context.notes.tell(codes);`;
  await host.install(plugin("eager", body.replace('context.events.on("late.it", async () => {});', ""), HOOKS));
  await host.start("eager");
  expect(told[0]).toEqual([
    "ERR_PLUGIN_PERMISSION",
    "ERR_PLUGIN_ARGUMENT",
    "ERR_PLUGIN_PERMISSION",
    "ERR_PLUGIN_ARGUMENT",
    "taken",
    "taken",
    "ERR_PLUGIN_BUSY",
  ]);
  expect((await host.status("eager")).use.denials).toBe(2);
  const late = `context.events.on("it", () => { try { context.events.on("it", () => {}) } catch (error) { return context.notes.tell(error.code) } });`;
  await startAll(host, plugin("late", late, HOOKS));
  await host.emit("it");
  expect(told[1]).toBe("ERR_PLUGIN_STATE");
});

test("a plugin without hooks has no way to hear, and one without `emits` none to send", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service } });
  const tell = "await context.notes.tell(Object.keys(context.events ?? {}).sort())";
  await startAll(
    host,
    plugin("a", tell, TELLS),
    plugin("b", tell, { ...TELLS, hooks: ["it"] }),
    plugin("c", tell, { ...TELLS, emits: ["it"] }),
  );
  expect(told).toEqual([[], ["filter", "on"], ["emit"]]);
});

test("filters change a value one after the other; what fails or is not accepted is passed over, and told", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service }, order: ["z-first"] });
  const filter = (code: string): string => `context.events.filter("it", (value) => ${code})`;
  await startAll(
    host,
    plugin("z-first", filter("({ ...value, list: [...value.list, 'z'] })"), HOOKS),
    plugin("a", filter("({ list: [...value.list, 'a'] })"), HOOKS),
    plugin("b", filter("{ value.list.push('b'); throw new Error('no') }"), HOOKS),
    plugin("c", filter("undefined"), HOOKS),
    plugin("d", filter("'nonsense'"), HOOKS),
    plugin("e", filter("({ list: [...value.list, 'e'] })"), HOOKS),
  );
  const given = { list: ["given"] };
  const accept = (value: unknown): boolean => Array.isArray((value as { readonly list: unknown }).list);
  expect(await host.filter("it", given, { accept })).toEqual({ list: ["given", "z", "a", "e"] });
  expect(given).toEqual({ list: ["given"] });
  const report = await host.filterWithReport("it", given, { accept });
  expect(report).toMatchObject({ event: "it", value: { list: ["given", "z", "a", "e"] } });
  expect(report.deliveries.map(({ plugin: id, outcome, error }) => [id, outcome, error?.code])).toEqual([
    ["z-first", "done", undefined],
    ["a", "done", undefined],
    ["b", "failed", "ERR_PLUGIN_THREW"],
    ["c", "done", undefined],
    ["d", "failed", "ERR_PLUGIN_ARGUMENT"],
    ["e", "done", undefined],
  ]);
  expect((await host.status("b")).health.lastError).toMatchObject({ code: "ERR_PLUGIN_THREW" });
  expect((await host.status("d")).health.lastError).toMatchObject({ code: "ERR_PLUGIN_ARGUMENT" });
  expect(host.list().map(({ id }) => id)).toEqual(["z-first", "a", "b", "c", "d", "e"]);
  expect(told).toEqual([]);
});

test("a filter that does not answer, or is busy, is passed over in time", async () => {
  const host = hosts.with({ eventTimeoutMs: 300, services: { clock: { never: () => new Promise(() => undefined) } } });
  const permissions = { hooks: ["it"], services: { clock: ["never"] } };
  const body =
    "context.events.filter('it', () => context.clock.never()); context.events.on('it', () => context.clock.never())";
  await startAll(host, plugin("never", body, permissions));
  expect(await host.filter("it", "asked first")).toBe("asked first");
  expect((await host.status("never")).use.deliveries).toMatchObject({ failed: 1, dropped: 0 });
  const event = host.emit("it");
  const values = await Promise.all([1, 2, 3, 4].map((each) => host.filter("it", each)));
  expect(values).toEqual([1, 2, 3, 4]);
  expect((await event).deliveries).toMatchObject([{ outcome: "failed", error: { code: "ERR_PLUGIN_TIMEOUT" } }]);
  // Their time was over while they waited for their turn.
  expect((await host.status("never")).use.deliveries.dropped).toBeGreaterThan(0);
  expect((await host.status("never")).health.lastError).toMatchObject({ code: "ERR_PLUGIN_TIMEOUT" });
});

test("events beyond what a queue holds are dropped, counted, and told of once", async () => {
  const gate = Promise.withResolvers<void>();
  const host = hosts.with({ maxQueuedEvents: 3, services: { gate: { wait: () => gate.promise } } });
  await startAll(
    host,
    plugin("full", "context.events.on('it', () => context.gate.wait())", {
      hooks: ["it"],
      services: { gate: ["wait"] },
    }),
  );
  const sent = Array.from({ length: 10 }, () => host.emit("it"));
  await vi.waitFor(async () => expect((await host.status("full")).use.deliveries.dropped).toBe(6), SOON);
  gate.resolve();
  const outcomes = (await Promise.all(sent)).map(({ deliveries }) => deliveries[0]?.outcome);
  expect(outcomes).toEqual([...Array(4).fill("done"), ...Array(6).fill("dropped")]);
  expect((await host.status("full")).use.deliveries).toEqual({ done: 4, failed: 0, dropped: 6, queued: 0 });
  expect(hosts.lines.filter(({ message }) => /"full".*dropped/.test(message))).toHaveLength(1);
});

test("plugins send events to others, as far as their manifests let them, and the host hears", async () => {
  const { told, service } = notes();
  const heard: SentEvent[] = [];
  const host = hosts.with({ services: { notes: service }, onEvent: (sent) => heard.push(sent) });
  const sender = `
    context.events.on("it", async () => {
      await context.events.emit("article.created", { title: "On moss" });
      for (const name of ["it", "article", "Article.x"])
        await context.events.emit(name).catch((error) => context.notes.tell(error.code));
      await context.events.emit("article.created", "x".repeat(70_000)).catch((error) => context.notes.tell(error.code));
    });`;
  const hearer = "context.events.on('article.*', (what, details) => context.notes.tell([what, details]))";
  await startAll(host, plugin("sender", sender, { ...HOOKS, emits: ["article.*"] }), plugin("hearer", hearer, HOOKS));
  await host.emit("it");
  await expect.poll(() => told, SOON).toHaveLength(5);
  expect(told).toContainEqual([{ title: "On moss" }, { event: "article.created", from: "sender" }]);
  expect(told.filter((each) => typeof each === "string")).toEqual([
    "ERR_PLUGIN_PERMISSION",
    "ERR_PLUGIN_PERMISSION",
    "ERR_PLUGIN_ARGUMENT",
    "ERR_PLUGIN_ARGUMENT",
  ]);
  expect(heard).toEqual([{ from: "sender", event: "article.created", payload: { title: "On moss" } }]);
});

test("a flood of events is refused to the plugin that sends it", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service }, emits: { burst: 5, perSecond: 1 } });
  const body = `
    context.events.on("it", async () => {
      const sent = await Promise.allSettled(Array.from({ length: 50 }, () => context.events.emit("article.a")));
      await context.notes.tell(sent.map(({ reason }) => reason?.code ?? "sent"));
    });`;
  await startAll(host, plugin("flood", body, { ...HOOKS, emits: ["article.a"] }));
  await host.emit("it");
  const codes = told[0] as string[];
  expect(codes.filter((code) => code === "sent").length).toBeGreaterThanOrEqual(5);
  expect(codes.filter((code) => code === "ERR_PLUGIN_BUSY").length).toBeGreaterThanOrEqual(44);
});

test("two plugins that answer each other's events come to an end", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service }, maxEventDepth: 4 });
  const body = (hears: string, sends: string): string => `
    context.events.on("${hears}", (n) => {
      // Not awaited: what a plugin goes on with by itself is no way out.
      context.notes.tell(n).then(() => context.events.emit("${sends}", n + 1)).catch((error) => context.notes.tell(error.code));
    });`;
  const permissions = { ...TELLS, hooks: ["ping", "pong"], emits: ["ping", "pong"] };
  await startAll(
    host,
    plugin("ping", body("ping", "pong"), permissions),
    plugin("pong", body("pong", "ping"), permissions),
  );
  await host.emit("ping", 0);
  await expect.poll(() => told, SOON).toContain("ERR_PLUGIN_LIMIT");
  expect(told).toEqual([0, 1, 2, 3, 4, "ERR_PLUGIN_LIMIT"]);
});
