import { expect, test } from "vitest";
import type { InstallResult, PermissionRequest, PluginParts } from "../src/index.ts";
import { hostsUnderTest, notes, plugin, startAll, TELLS, thrownBy } from "./support/plugin-hosts.ts";

const hosts = hostsUnderTest();
const HOOKS = { ...TELLS, hooks: ["it"] };

/** A version of a plugin that tells its version of each event. */
function version(number: string, permissions: object = HOOKS, body = ""): PluginParts {
  const code = `${body}; context.events.on("it", (n) => context.notes.tell([n, context.plugin.version]))`;
  return plugin("it", code, permissions, { version: number });
}

function requestOf(result: InstallResult): PermissionRequest {
  if (result.kind !== "held") throw new Error(`it is ${result.kind}`);
  return result.request;
}

test("an update in the midst of events loses none, and leaves none out of order", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service } });
  await startAll(host, version("1.0.0"));
  const sent: Promise<unknown>[] = [];
  let isUpdated = false;
  const updated = host.update("it", version("2.0.0")).finally(() => {
    isUpdated = true;
  });
  for (let n = 0; !isUpdated || n < 50; n += 1) {
    sent.push(host.emit("it", n));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(await updated).toMatchObject({ kind: "updated", plugin: { version: "2.0.0", state: "running" } });
  sent.push(host.emit("it", "last"));
  await Promise.all(sent);
  const events = told as (readonly [number | string, string])[];
  expect(events.map(([n]) => n)).toEqual([...sent.keys()].map((n) => (n === sent.length - 1 ? "last" : n)));
  const versions = events.map(([, each]) => each);
  expect(versions.lastIndexOf("1.0.0")).toBe(versions.indexOf("2.0.0") - 1);
  expect(versions[0]).toBe("1.0.0");
  expect((await host.status("it")).use.deliveries).toEqual({ done: sent.length, failed: 0, dropped: 0, queued: 0 });
});

test("an update that cannot be started changes nothing", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service } });
  await startAll(host, version("1.0.0"));
  const broken = [
    version("2.0.0", HOOKS, "throw new Error('no')"),
    plugin("it", "for (;;);", HOOKS, { version: "2.0.0", limits: { cpuTimeMs: 200 } }),
    { ...version("2.0.0"), code: "this is no JavaScript" },
  ];
  for (const each of broken)
    expect((await thrownBy(host.update("it", each))).code).toMatch(/^ERR_PLUGIN_(?:LOAD|LIMIT)$/);
  const missing = version("2.0.0", { ...HOOKS, services: { notes: ["untell"] } });
  const { digest } = requestOf(await host.update("it", missing));
  expect((await thrownBy(host.approve("it", digest))).code).toBe("ERR_PLUGIN_PERMISSION");
  expect(host.list()).toMatchObject([{ version: "1.0.0", state: "running" }]);
  expect(host.approvals()).toMatchObject({ it: { permissions: HOOKS } });
  await host.emit("it", 1);
  expect(told).toEqual([[1, "1.0.0"]]);
});

test("a stop during an update wins", async () => {
  const never = () => new Promise(() => undefined);
  const host = hosts.with({ services: { notes: notes().service, clock: { never } } });
  const permissions = { hooks: ["it"], services: { clock: ["never"], notes: ["tell"] } };
  await startAll(host, version("1.0.0", permissions));
  const updated = thrownBy(host.update("it", version("2.0.0", permissions, "await context.clock.never()")));
  await new Promise((resolve) => setTimeout(resolve, 200));
  await host.stop("it");
  expect((await updated).code).toBe("ERR_PLUGIN_ABORTED");
  expect(host.list()).toMatchObject([{ version: "1.0.0", state: "stopped" }]);
});

test("an update is of the plugin that it is said to be of", async () => {
  const host = hosts.with();
  await host.install(plugin("one", ""));
  expect((await thrownBy(host.update("one", plugin("other", "")))).code).toBe("ERR_PLUGIN_PACKAGE");
  expect((await thrownBy(host.update("two", plugin("two", "")))).code).toBe("ERR_PLUGIN_UNKNOWN");
  expect((await thrownBy(host.start("__proto__"))).code).toBe("ERR_PLUGIN_UNKNOWN");
});

test("an update that asks for more is held until what was shown is approved", async () => {
  const { told, service } = notes();
  const host = hosts.with({ services: { notes: service } });
  await startAll(host, version("1.0.0"));
  const wide = { ...HOOKS, hooks: ["it", "user.*"] };
  const request = requestOf(await host.update("it", version("2.0.0", wide)));
  expect(request).toMatchObject({
    plugin: "it",
    version: "2.0.0",
    difference: { more: [{ permission: "hooks", change: "added", pattern: "user.*" }], less: [] },
  });
  expect(request.text).toContain('EVERY event that begins with "user."');
  expect(host.pendingUpdates()).toEqual([request]);
  await host.emit("it", 1);
  // By the time of the approval another has come.
  const second = requestOf(await host.install(version("2.0.1", wide)));
  expect(host.pendingUpdates()).toEqual([second]);
  expect((await thrownBy(host.approve("it", request.digest))).code).toBe("ERR_PLUGIN_HELD");
  expect(host.list()).toMatchObject([{ version: "1.0.0" }]);
  expect(await host.approve("it", second.digest)).toMatchObject({ kind: "updated", plugin: { version: "2.0.1" } });
  expect(host.pendingUpdates()).toEqual([]);
  expect((await thrownBy(host.approve("it", second.digest))).code).toBe("ERR_PLUGIN_UNKNOWN");
  await host.emit("it", 2);
  expect(told).toEqual([
    [1, "1.0.0"],
    [2, "2.0.1"],
  ]);
});

test("a rejected update is forgotten, and what is shown of one is no more true after another", async () => {
  const host = hosts.with({ services: { notes: notes().service } });
  await startAll(host, version("1.0.0"));
  const wide = version("2.0.0", { ...HOOKS, emits: ["it"] });
  const first = requestOf(await host.update("it", wide));
  expect(() => host.reject("it", "another")).toThrow(expect.objectContaining({ code: "ERR_PLUGIN_HELD" }));
  host.reject("it", first.digest);
  expect(host.pendingUpdates()).toEqual([]);
  const again = requestOf(await host.update("it", wide));
  expect(again.digest).toBe(first.digest);
  // With less it is granted less: what is held asks for still more now.
  await host.update("it", version("1.5.0", { ...TELLS, hooks: ["it"] }));
  expect((await thrownBy(host.approve("it", again.digest))).code).toBe("ERR_PLUGIN_UNKNOWN");
});

test("what a version no longer asks for, the next has to ask for again", async () => {
  const host = hosts.with({ services: { notes: notes().service } });
  await host.install(version("1.0.0"));
  expect(await host.install(version("1.1.0", TELLS))).toMatchObject({ kind: "updated" });
  expect(await host.install(version("1.2.0"))).toMatchObject({ kind: "held" });
  expect(host.list()).toMatchObject([{ version: "1.1.0", state: "installed" }]);
});

test("approvals outlive a host, and are neither forgotten nor widened", async () => {
  const first = hosts.with({ services: { notes: notes().service } });
  await first.install(version("1.0.0"));
  const approvals = JSON.parse(JSON.stringify(first.approvals()));
  const options = { services: { notes: notes().service }, approvals };
  for (const approveFirst of [true, false]) {
    const next = hosts.with({ ...options, approveFirst });
    expect(await next.install(version("1.0.0"))).toMatchObject({ kind: "installed" });
    expect(next.approvals()).toEqual(approvals);
    const other = hosts.with({ ...options, approveFirst });
    expect(await other.install(version("1.0.1", { ...HOOKS, emits: ["it"] }))).toMatchObject({ kind: "held" });
    expect(other.approvals()).toEqual(approvals);
    expect(other.list()).toEqual([]);
  }
});

test("a first installation waits for an approval where the host wants it to", async () => {
  const host = hosts.with({ approveFirst: false, services: { notes: notes().service } });
  const request = requestOf(await host.install(version("1.0.0")));
  const modest = requestOf(
    await host.install(plugin("modest", "", {}, { limits: { wallTimeMs: 100, cpuTimeMs: 100 } })),
  );
  expect(request.difference.more).toContainEqual({ permission: "hooks", change: "added", pattern: "it" });
  expect(modest.difference).toEqual({ more: [], less: [] });
  expect(host.list()).toEqual([]);
  expect((await thrownBy(host.start("it"))).code).toBe("ERR_PLUGIN_HELD");
  expect(await host.approve("it", request.digest)).toMatchObject({ kind: "installed" });
  await host.uninstall("it");
  expect(await host.install(version("1.0.0"))).toMatchObject({ kind: "held" });
});

test("a limit that a manifest leaves open is the host's, where that has less", async () => {
  const host = hosts.with({ limits: { cpuTimeMs: 250 } });
  const { code, manifest } = plugin("loops", "context.events.on('it', () => { for (;;); })", { hooks: ["it"] });
  const { limits: _none, ...open } = manifest;
  await host.install({ code, manifest: { ...open, limits: { wallTimeMs: 20_000 } } });
  await host.start("loops");
  const [delivery] = (await host.emit("it")).deliveries;
  expect(delivery?.error).toMatchObject({ code: "ERR_PLUGIN_LIMIT", limit: "cpu" });
  expect(`${delivery?.error?.cause}`).toContain("250 ms");
});

test("a manifest that asks for more than the host has is refused by name", async () => {
  const host = hosts.with({ limits: { memoryMb: 64, wallTimeMs: 1000 } });
  const greedy = plugin("greedy", "", {}, { limits: { memoryMb: 65, cpuTimeMs: 60_000, wallTimeMs: 1001 } });
  const error = await thrownBy(host.install(greedy));
  expect(error).toMatchObject({ code: "ERR_PLUGIN_MANIFEST", plugin: "greedy" });
  expect(error.issues.map(({ field }) => field)).toEqual(["limits.memoryMb", "limits.wallTimeMs"]);
});

test("an update of what is uninstalled meanwhile is not taken for a first package, which nobody has to approve", async () => {
  const { service } = notes();
  const host = hosts.with({ services: { notes: service } });
  await host.install(version("1.0.0", {}));
  const gone = host.uninstall("it");
  const error = await thrownBy(host.update("it", version("2.0.0", { ...HOOKS, network: { hosts: ["*"] } })));
  await gone;
  expect(error.code).toBe("ERR_PLUGIN_UNKNOWN");
  expect([host.list(), host.approvals()]).toEqual([[], {}]);
});
