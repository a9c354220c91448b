import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { NetworkAdapter } from "vivarium";
import {
  type BundleManifest,
  type DirectusExtensions,
  type DirectusExtensionsOptions,
  itemsScope,
  readPackageManifest,
} from "../src/index.ts";
import { hostUnderTest } from "./support/extension-host.ts";
import { extensionOf, packageOf } from "./support/manifests.ts";

const it = hostUnderTest();
const KEY = "directus:extension";
const request = (urls: readonly string[], methods: readonly string[] = ["GET"]): object => ({ urls, methods });
const sandboxOf = (requestedScopes: object): object => ({ enabled: true, requestedScopes });
const hook = (changes: object = {}): object => ({
  type: "hook",
  name: "listens",
  source: "src/listens.ts",
  ...changes,
});
const endpoint = (changes: object = {}): object => ({ ...hook(), type: "endpoint", name: "serves", ...changes });
const operation = (changes: object = {}): object => ({
  type: "operation",
  name: "does",
  source: { app: "src/app.ts", api: "src/api.ts" },
  ...changes,
});
const panel = { type: "panel", name: "shows", source: "src/panel.ts" };

const bundleOf = (entries: readonly object[], sandbox: unknown = sandboxOf({}), changes: object = {}): object =>
  packageOf({ ...extensionOf("operation"), type: "bundle", sandbox, entries, ...changes }, { name: "bundle" });
const read = (...args: Parameters<typeof bundleOf>): BundleManifest =>
  readPackageManifest(bundleOf(...args), ["items"]) as BundleManifest;
const refused = (content: readonly object[], sandbox: unknown, code: string, field: string, changes?: object): void => {
  expect(() => read(content, sandbox, changes)).toThrow(
    expect.objectContaining({ code, field, remedy: expect.any(String) }),
  );
};

/** As Directus' own tool builds it: one module, with a list for each type. */
const code = `
import * as api from "directus:api";
let loads = 0;
const tried = async (name, ...args) => { try { await api[name](...args); return "done"; } catch (error) { return error.message; } };
const serves = (router) => { router.get("/", async () => ({ status: 200, body: [++loads, await tried("log", "served"), await tried("sleep", 1)] })); };
const chosen = { id: "chosen", handler: (router) => { router.get("/", () => ({ status: 200, body: "chosen" })); } };
const listens = ({ filter }) => { filter("said", async () => [++loads, await tried("log", "heard"), await tried("sleep", 1)]); };
const does = { id: "does", handler: ({ url }) => tried("request", url) };
const endpoints = [{ name: "serves", config: serves }, { name: "named", config: chosen }], hooks = [{ name: "listens", config: listens }], operations = [{ name: "does", config: does }];
export { endpoints, hooks, operations };
`;

async function hosting(
  entries: readonly object[],
  sandbox: unknown,
  options: DirectusExtensionsOptions = {},
): Promise<DirectusExtensions> {
  const host = it.with({ bundles: true, ...options });
  await host.loadPackage({ manifest: readPackageManifest(bundleOf(entries, sandbox), host.ownScopes), code });
  return host;
}

describe("the manifest of a bundle", () => {
  test("L11: has an extension for each entry with code for the API, with the bundle's scopes", () => {
    expect(read([hook(), panel, operation()], sandboxOf({ log: {} }), { partial: true })).toMatchObject({
      name: "bundle",
      type: "bundle",
      file: "dist/api.js",
      entries: [
        { name: "bundle/listens", type: "hook", entry: { bundle: "bundle", name: "listens" }, scopes: { log: true } },
        { name: "bundle/does", type: "operation", scopes: { log: true, sleep: false } },
      ],
    });
  });

  test("L11: or with their own, within the bundle's where it has any", () => {
    const whole = sandboxOf({ log: {}, request: request(["https://a.io/*"], ["GET", "POST"]) });
    const narrow = sandboxOf({ request: request(["https://a.io/x/*"]) });
    expect(read([hook({ sandbox: narrow }), endpoint({ sandbox: sandboxOf({}) })], whole).entries).toMatchObject([
      { scopes: { log: false, request: { urls: ["https://a.io/x/*"], within: ["https://a.io/*"], methods: ["GET"] } } },
      { scopes: { log: false, request: undefined } },
    ]);
    const { entries } = readPackageManifest(
      bundleOf([hook({ sandbox: narrow })], {}, { sandbox: undefined }),
    ) as BundleManifest;
    expect(entries[0]?.scopes.request).toEqual(request(["https://a.io/x/*"]));
  });

  test.each([
    ["nobody asks for a sandbox", [hook()], undefined, "entries.0.sandbox.enabled"],
    ["one entry does not", [hook({ sandbox: sandboxOf({}) }), endpoint()], undefined, "entries.1.sandbox.enabled"],
    ["the bundle's is off", [hook({ sandbox: sandboxOf({}) })], { enabled: false }, "sandbox.enabled"],
    ["the bundle's says nothing", [hook()], {}, "sandbox.enabled"],
    ["an entry's is off", [hook({ sandbox: { enabled: false } })], sandboxOf({}), "entries.0.sandbox.enabled"],
    ["an entry's says nothing", [hook({ sandbox: {} })], sandboxOf({}), "entries.0.sandbox.enabled"],
  ])("L11: is refused where %s", (_why, entries, sandbox, field) => {
    const manifest = packageOf({ ...extensionOf("operation"), type: "bundle", sandbox, entries }, { name: "bundle" });
    expect(() => readPackageManifest(manifest)).toThrow(
      expect.objectContaining({
        code: "ERR_EXTENSION_UNSANDBOXED",
        field: `${KEY}.${field}`,
        message: expect.stringContaining("set it to true"),
      }),
    );
  });

  const asks = (scopes: object): readonly object[] => [panel, hook({ sandbox: sandboxOf(scopes) })];
  const whole = sandboxOf({ log: {}, request: request(["https://a.io/*"]), items: { collections: ["a"] } });
  const within = "entries.1.sandbox.requestedScopes";
  test.each([
    ["a scope", { sleep: {} }, `${within}.sleep`],
    ["a scope that there is not", { fetch: {} }, `${within}.fetch`],
    ["a method", { request: request(["https://a.io/*"], ["GET", "POST"]) }, `${within}.request.methods.1`],
    ["more of a scope of the host's", { items: { collections: ["a", "b"] } }, `${within}.items`],
  ])("L11: is refused where an entry asks for %s that the bundle does not", (_what, scopes, field) => {
    refused(asks(scopes), whole, "ERR_EXTENSION_MANIFEST", `${KEY}.${field}`);
  });

  test.each([
    ["without entries", [], "ERR_EXTENSION_TYPE", "entries"],
    ["for the app alone", [panel], "ERR_EXTENSION_TYPE", "entries"],
    ["with two hooks of one name", [hook(), hook()], "ERR_EXTENSION_MANIFEST", "entries.1.name"],
    ["with a name that is no path", [hook({ name: "../x" })], "ERR_EXTENSION_MANIFEST", "entries.0.name"],
    ["with a bundle in it", [hook({ type: "bundle" })], "ERR_EXTENSION_MANIFEST", "entries.0.type"],
    ["with an operation of one half", [operation({ source: "x" })], "ERR_EXTENSION_MANIFEST", "entries.0.source"],
    ["with a sandbox that is none", [hook({ sandbox: true })], "ERR_EXTENSION_MANIFEST", "entries.0.sandbox"],
  ])("is refused %s", (_what, entries, errorCode, field) => {
    const at = expect.objectContaining({ code: errorCode, field: `${KEY}.${field}` });
    expect(() => read(entries)).toThrow(at);
  });

  test("warns of scopes that there are not", () => {
    expect(read([hook()], sandboxOf({ fetch: {} })).warnings).toEqual([
      expect.stringContaining("fetch grants nothing"),
    ]);
  });
});

describe("a bundle", () => {
  test("L11: runs only where the host wants bundles", async () => {
    const host = it.with({});
    const manifest = readPackageManifest(bundleOf([hook()]));
    await expect(host.loadPackage({ manifest, code })).rejects.toMatchObject({ code: "ERR_EXTENSION_TYPE" });
  });

  test("is loaded from its folder, with the option alone", async () => {
    const folder = await mkdtemp(join(tmpdir(), "vivarium-bundle-"));
    try {
      await mkdir(join(folder, "dist"));
      await writeFile(join(folder, "package.json"), JSON.stringify(bundleOf([hook()], sandboxOf({ log: {} }))));
      await writeFile(join(folder, "dist/api.js"), code);
      await expect(it.with({}).load(folder)).rejects.toMatchObject({
        code: "ERR_EXTENSION_TYPE",
        message: expect.stringContaining("bundles"),
      });
      const host = it.with({ bundles: true });
      expect(await host.load(folder)).toMatchObject({ type: "bundle", entries: [{ type: "hook" }] });
      expect(await host.hooks.filter("said", 0)).toEqual([1, "done", 'No permission to access "sleep"']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("has an instance for each entry, with scopes and state of its own", async () => {
    const entries = [
      endpoint({ sandbox: sandboxOf({ sleep: {} }) }),
      endpoint({ name: "named" }),
      hook({ sandbox: sandboxOf({ log: {} }) }),
      panel,
    ];
    const host = await hosting(entries, sandboxOf({ log: {}, sleep: {} }));
    const get = async (path: string): Promise<unknown> => (await host.fetch(new Request(`http://host${path}`)))?.text();
    const served = [1, 'No permission to access "log"', "done"];
    expect(JSON.parse((await get("/serves")) as string)).toEqual(served);
    expect(await host.hooks.filter("said", 0)).toEqual([1, "done", 'No permission to access "sleep"']);
    expect(it.lines.at(-1)).toMatchObject({ message: "heard", extension: "bundle/listens" });
    expect(await get("/chosen")).toBe("chosen");
    expect(await get("/bundle")).toBeUndefined();
    expect(host.extensions.map(({ name }) => name)).toEqual(["bundle"]);
    await host.unload("bundle");
    expect([await get("/serves"), await get("/chosen"), await host.hooks.filter("said", 0)]).toEqual([
      undefined,
      undefined,
      0,
    ]);
  });

  test("has entries that request what both they and it may", async () => {
    const asked: string[] = [];
    const network: NetworkAdapter = {
      lookup: () => [{ address: "198.51.100.1", family: 4 }],
      fetch: ({ url }) => {
        asked.push(url);
        return { status: 200, statusText: "OK", headers: [], body: (async function* () {})() };
      },
    };
    const own = sandboxOf({ request: request(["https://a.io/*", "https://b.io/*"]) });
    const whole = sandboxOf({ request: request(["https://*.io/x/*", "https://c.io/*"]) });
    const host = await hosting([operation({ sandbox: own })], whole, { network });
    const ask = (url: string): Promise<unknown> => host.operations.run("does", { url });
    expect(await ask("https://a.io/x/1")).toBe("done");
    for (const url of ["https://a.io/y", "https://c.io/x/1", "https://d.io/x/1"])
      expect(await ask(url)).toBe(`No permission to request "${url}"`);
    expect(asked).toEqual(["https://a.io/x/1"]);
  });

  test("gives an entry a scope of the host's own", async () => {
    const items = { collections: ["articles"], methods: ["read"] };
    const scopes = { items: itemsScope({ read: (collection) => [collection] }) };
    const manifest = readPackageManifest(bundleOf([operation()], sandboxOf({ items })), ["items"]);
    const host = it.with({ bundles: true, scopes });
    await host.loadPackage({
      manifest,
      code: `import { readItems } from "directus:api"; export const operations = [{ name: "does", config: { id: "does", handler: () => readItems("articles") } }];`,
    });
    expect(await host.operations.run("does", {})).toEqual(["articles"]);
  });

  test("of which one entry cannot be loaded leaves nothing, and what was there of its name", async () => {
    const host = await hosting([hook()], sandboxOf({ log: {} }));
    const manifest = readPackageManifest(bundleOf([hook(), operation({ name: "missing" })]));
    await expect(host.loadPackage({ manifest, code })).rejects.toMatchObject({
      code: "ERR_EXTENSION_LOAD",
      extension: "bundle/missing",
      message: expect.stringContaining('TypeError: The bundle exports no operation "missing"'),
    });
    expect(await host.hooks.filter("said", 0)).toEqual([1, "done", 'No permission to access "sleep"']);
    const twice = readPackageManifest(bundleOf([endpoint({ name: "named" }), endpoint({ name: "chosen" })]));
    const both = `const one = { id: "chosen", handler() {} }; export const endpoints = [{ name: "named", config: one }, { name: "chosen", config() {} }];`;
    await expect(host.loadPackage({ manifest: twice, code: both })).rejects.toThrow('has its own at "/chosen"');
    expect(await host.hooks.filter("said", 0)).toMatchObject([2, "done", expect.anything()]);
  });
});
