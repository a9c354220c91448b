import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { create } from "tar";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bareRuntime, hostsUnderTest, notes, plugin, startAll, TELLS, thrownBy } from "./support/plugin-hosts.ts";

const hosts = hostsUnderTest();
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-plugins-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

/** A plugin in a folder of the folder. */
async function put(name: string, id: string = name, code = "export const activate = () => {}"): Promise<string> {
  await write(`${name}/plugin.json`, JSON.stringify({ id, name: id, version: "1.0.0", entrypoint: "main.ts" }));
  await write(`${name}/main.ts`, code);
  return join(folder, name);
}

test("a plugin comes from a folder, an archive, its bytes, or its parts, and is the same", async () => {
  const path = await put(
    "it",
    "it",
    "export const activate = (context: object): void => { if (!('plugin' in context)) throw 1; }",
  );
  const archive = join(folder, "it.tgz");
  await create({ cwd: path, file: archive, gzip: true }, ["."]);
  const digests = new Set<string>();
  for (const source of [path, archive, await readFile(archive)]) {
    const host = hosts.with();
    await host.install(source);
    await host.start("it");
    expect(host.list()).toMatchObject([{ id: "it", state: "running" }]);
    digests.add(host.list()[0]?.digest ?? "");
  }
  expect(digests.size).toBe(1);
  const host = hosts.with();
  for (const source of [join(folder, "none"), new Uint8Array(3)])
    expect((await thrownBy(host.install(source))).code).toBe("ERR_PLUGIN_PACKAGE");
  for (const source of [undefined, 1, {}, { code: "" }, null])
    expect((await thrownBy(host.install(source as never))).code).toMatch(/^ERR_PLUGIN_(?:ARGUMENT|MANIFEST)$/);
});

test("what comes as parts is copied at once, without running its code", async () => {
  const host = hosts.with();
  const parts = plugin("it", "");
  const hostile = {
    ...parts,
    manifest: {
      ...parts.manifest,
      get name(): string {
        throw new Error("run");
      },
    },
  };
  expect((await thrownBy(host.install(hostile))).code).toBe("ERR_PLUGIN_MANIFEST");
  const installed = host.install(parts);
  Object.assign(parts.manifest, { id: "other" });
  await installed;
  expect(host.list()).toMatchObject([{ id: "it" }]);
});

test("all plugins of a folder are installed, and what cannot be is reported", async () => {
  await put("a");
  await put("c", "b");
  await write("broken/plugin.json", "{");
  await write("readme.txt", "not looked at");
  await put(".hidden");
  await create({ cwd: await put("packed"), file: join(folder, "d.tar") }, ["."]);
  await rm(join(folder, "packed"), { recursive: true });
  const host = hosts.with();
  const reports = await host.installAll(folder);
  expect(reports.map(({ source, result, error }) => [source, result?.kind ?? error?.code])).toEqual([
    ["a", "installed"],
    ["broken", "ERR_PLUGIN_MANIFEST"],
    ["c", "installed"],
    ["d.tar", "installed"],
  ]);
  expect((await host.startAll()).map(({ plugin: id, error }) => [id, error])).toEqual([
    ["a", undefined],
    ["b", undefined],
    ["packed", undefined],
  ]);
  expect((await thrownBy(host.installAll(join(folder, "none")))).code).toBe("ERR_PLUGIN_PACKAGE");
});

test("an uninstalled plugin is gone, and can come anew", async () => {
  const host = hosts.with();
  await startAll(host, plugin("it", ""));
  await host.uninstall("it");
  expect(host.list()).toEqual([]);
  expect(host.approvals()).toEqual({});
  expect((await thrownBy(host.status("it"))).code).toBe("ERR_PLUGIN_UNKNOWN");
  await startAll(host, plugin("it", ""));
  expect(host.list()).toMatchObject([{ state: "running" }]);
});

test("a host that is disposed of leaves no guest in a runtime that it was lent, whatever its plugins do", async () => {
  await using runtime = bareRuntime();
  const never = () => new Promise(() => undefined);
  const host = hosts.with({ runtime, services: { clock: { never }, notes: notes().service } });
  const permissions = { hooks: ["it"], services: { clock: "*", ...TELLS.services } };
  const { manifest, code } = plugin("clings", "context.events.on('it', () => context.clock.never())", permissions);
  await startAll(host, { manifest, code: `${code} export const deactivate = (context) => context.clock.never()` });
  await host.install(plugin("starting", "await context.clock.never()", permissions));
  await startAll(
    host,
    plugin("crashing", "context.events.on('it', () => { for (;;); })", permissions, { limits: { cpuTimeMs: 200 } }),
  );
  const started = thrownBy(host.start("starting"));
  const event = host.emit("it");
  await new Promise((resolve) => setTimeout(resolve, 250));
  await host.dispose();
  expect((await started).code).toBe("ERR_PLUGIN_ABORTED");
  for (const { outcome } of (await event).deliveries) expect(outcome).not.toBe("done");
  expect(runtime.status().activeRuns).toBe(0);
});

test("a host that has a runtime of its own leaves no process, timer or descriptor", async () => {
  const program = `
    import { readdirSync } from "node:fs";
    import { PluginHost } from "@vivarium/plugin-host";
    const code = "export const activate = (context) => context.events.on('it', () => { for (;;); })";
    const limits = { cpuTimeMs: 200, wallTimeMs: 20_000 };
    const descriptors = () => readdirSync("/proc/self/fd").length;
    let before;
    for (const isolation of ["process", "shared", "process", "shared", "process"]) {
      const host = new PluginHost({ isolation, restsMs: [60_000], eventTimeoutMs: 20_000 });
      for (const id of ["a", "b"])
        await host.install({ manifest: { id, name: id, version: "1.0.0", entrypoint: "a.js", permissions: { hooks: ["it"] }, limits }, code });
      await host.startAll();
      const { deliveries } = await host.emit("it");
      if (deliveries.length !== 2) throw new Error("not all have heard");
      await host.dispose();
      if (isolation === "shared") before ??= descriptors();
    }
    // Ends of processes that are over are closed in later turns; what leaked would be two of each of six guests, at least.
    const most = before + 4;
    for (let turn = 0; turn < 100 && descriptors() > most; turn += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    // The rest that a plugin would have had keeps nothing up.
    console.log(descriptors() <= most, process.getActiveResourcesInfo().filter((name) => /Process|Timeout/.test(name)).length);`;
  const path = join(import.meta.dirname, `left-over-${process.pid}.mjs`);
  await writeFile(path, program);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, path], { timeout: 55_000 });
    expect(stdout).toBe("true 0\n");
  } finally {
    await rm(path);
  }
}, 60_000);
