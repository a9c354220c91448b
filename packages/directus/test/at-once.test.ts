import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DirectusExtensions } from "../src/index.ts";
import { bareRuntime, hostUnderTest } from "./support/extension-host.ts";
import { extensionOf, manifestOf, packageOf } from "./support/manifests.ts";

const it = hostUnderTest();
const scopes = { log: {}, sleep: {} };
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-at-once-"));
  it.lines.splice(0);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const said = (): readonly string[] => it.lines.map(({ message }) => message);

/** A filter that writes its letter, and takes its time to load. */
const hook = (letter: string, sleepMs: number): string =>
  `import { log, sleep } from "directus:api"; log("begins ${letter}"); await sleep(${sleepMs}); log("is there ${letter}");
   export default ({ filter }) => filter("order", (text) => text + "${letter}");`;

async function put(within: string, code: string, name: string): Promise<void> {
  const path = join(folder, within);
  await mkdir(join(path, "dist"), { recursive: true });
  const extension = extensionOf("hook", { enabled: true, requestedScopes: scopes });
  await writeFile(join(path, "package.json"), JSON.stringify(packageOf(extension, { name })));
  await writeFile(join(path, "dist/index.js"), code);
}

describe("what is asked of one package at once", () => {
  const load = (host: DirectusExtensions, letter: string, sleepMs: number): Promise<unknown> =>
    host.loadPackage({ manifest: manifestOf("hook", scopes), code: hook(letter, sleepMs) });

  test("is loaded one after the other, and the last stays", async () => {
    await using runtime = bareRuntime();
    const host = it.with({ runtime });
    await Promise.all([load(host, "a", 300), load(host, "b", 1)]);
    expect(said()).toEqual(["begins a", "is there a", "begins b", "is there b"]);
    expect(await host.hooks.filter("order", "")).toBe("b");
    expect(runtime.status().activeRuns).toBe(1);
    await host.dispose();
  });

  test("is loaded though what was asked before cannot be", async () => {
    const host = it.with({});
    const failing = host.loadPackage({ manifest: manifestOf("hook"), code: "export default {" });
    const [first, second] = await Promise.allSettled([failing, load(host, "b", 1)]);
    expect([first.status, second.status]).toEqual(["rejected", "fulfilled"]);
    expect(await host.hooks.filter("order", "")).toBe("b");
  });

  test("is not there when it was unloaded last, and is when it was loaded last", async () => {
    const host = it.with({});
    const name = "my-hook";
    await Promise.all([load(host, "a", 200), host.unload(name)]);
    expect(host.extensions).toEqual([]);
    expect(await host.hooks.filter("order", "")).toBe("");
    await Promise.all([load(host, "a", 200), host.unload(name), load(host, "b", 1)]);
    expect(await host.hooks.filter("order", "")).toBe("b");
  });

  test("keeps nobody else waiting", async () => {
    const host = it.with({});
    const slow = load(host, "a", 600);
    await host.loadPackage({ manifest: manifestOf("hook", scopes, "other"), code: hook("b", 1) });
    expect(host.extensions.map(({ name }) => name)).toEqual(["other"]);
    await slow;
  });

  test("is gone at once where nothing else is asked", async () => {
    const host = it.with({});
    await load(host, "a", 1);
    const leaving = host.unload("my-hook");
    expect(host.extensions).toEqual([]);
    await leaving;
  });

  test("is read in the order in which it is asked for", async () => {
    const host = it.with({});
    await put("one", hook("a", 300), "one");
    const first = host.load(join(folder, "one"));
    await vi.waitFor(() => expect(said()).toContain("begins a"), { timeout: 20_000 });
    await put("one", hook("b", 1), "one");
    await Promise.all([first, host.load(join(folder, "one"))]);
    expect(await host.hooks.filter("order", "")).toBe("b");
  });

  test("takes its place in that order however long it is to be read, and whatever cannot be read", async () => {
    const host = it.with({});
    await put("long", `/*${"x".repeat(8e6)}*/${hook("a", 1)}`, "same");
    await put("short", hook("b", 1), "same");
    const loads = ["long", "nowhere", "short"].map((name) => host.load(join(folder, name)));
    const settled = await Promise.allSettled(loads);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await host.hooks.filter("order", "")).toBe("b");
  });
});

describe("a folder", () => {
  test("is told of, and registers, in the order of its folders, whoever is there first", async () => {
    const host = it.with({});
    await put("a", hook("a", 500), "zoe");
    await put("b", hook("b", 1), "anna");
    await put("c", "export default {", "broken");
    await put("d", hook("d", 1), "mia");
    const reports = await host.loadAll(folder);
    expect(reports.map(({ folder: path, kind }) => [path, kind])).toEqual([
      [join(folder, "a"), "loaded"],
      [join(folder, "b"), "loaded"],
      [join(folder, "c"), "failed"],
      [join(folder, "d"), "loaded"],
    ]);
    expect(host.extensions.map(({ name }) => name)).toEqual(["zoe", "anna", "mia"]);
    expect(await host.hooks.filter("order", "")).toBe("abd");
    expect(said().at(-1)).not.toBe("is there a");
  });

  test("is told of in that order where its packages cannot be loaded, too", async () => {
    const host = it.with({});
    await put("a", `${hook("a", 300)}; throw new Error("late");`, "a");
    await put("b", "export default {", "b");
    await host.loadAll(folder);
    expect(said().slice(-2)).toEqual([`Couldn't register "a"`, `Couldn't register "b"`]);
  });

  test("has of two packages of one name the first, and the other is not even begun", async () => {
    const host = it.with({});
    await put("a", hook("a", 400), "same");
    await put("b", hook("b", 1), "same");
    expect((await host.loadAll(folder)).map(({ kind }) => kind)).toEqual(["loaded", "failed"]);
    expect(said().filter((line) => line.includes(" b"))).toEqual([]);
    expect(await host.hooks.filter("order", "")).toBe("a");
  });

  test("has the second of one name where the first cannot be loaded", async () => {
    const host = it.with({});
    await put("a", "export default {", "same");
    await put("b", hook("b", 1), "same");
    expect((await host.loadAll(folder)).map(({ kind }) => kind)).toEqual(["failed", "loaded"]);
  });

  test("whose all must load, leaves nothing of what comes after one that does not", async () => {
    await using runtime = bareRuntime();
    const host = it.with({ runtime, mustLoad: true });
    await put("a", hook("a", 400), "a");
    await put("b", "export default {", "b");
    await put("c", hook("c", 1), "c");
    await expect(host.loadAll(folder)).rejects.toMatchObject({ code: "ERR_EXTENSION_LOAD", extension: "b" });
    expect(host.extensions.map(({ name }) => name)).toEqual(["a"]);
    expect(await host.hooks.filter("order", "")).toBe("a");
    expect(runtime.status().activeRuns).toBe(1);
    await host.dispose();
  });

  test("and another that has packages of the same names do not wait for each other", async () => {
    const host = it.with({});
    for (const [within, name] of [
      ["one/a", "x"],
      ["one/b", "y"],
      ["two/a", "y"],
      ["two/b", "x"],
    ] as const)
      await put(within, hook(name, 50), name);
    const reports = await Promise.all(["one", "two"].map((name) => host.loadAll(join(folder, name))));
    expect(reports.flat().filter(({ kind }) => kind === "loaded")).toHaveLength(2);
  });

  test("may have a package unloaded while others are loaded", async () => {
    const host = it.with({});
    await put("a", hook("a", 400), "a");
    await put("b", hook("b", 1), "b");
    const loading = host.loadAll(folder);
    await vi.waitFor(() => expect(said()).toContain("begins a"), { timeout: 20_000 });
    await host.unload("a");
    await loading;
    expect(host.extensions.map(({ name }) => name)).toEqual(["b"]);
    expect((await host.loadAll(folder)).map(({ kind }) => kind)).toEqual(["loaded", "loaded"]);
  });
});
