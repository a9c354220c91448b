import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DirectusExtensions, readManifest } from "../src/index.ts";
import { bareRuntime, hostUnderTest, lineOf } from "./support/extension-host.ts";
import { extensionOf, manifestOf, packageOf, type Type } from "./support/manifests.ts";

const it = hostUnderTest(() => ({ limits: { cpuTimeMs: 600, loadTimeoutMs: 6000 } }));
const endpoint = (code: string): string => `${code}\nexport default () => {};`;
const loading = (code: string, scopes: object = {}, type: Type = "endpoint"): Promise<unknown> =>
  it.load(type, code, scopes);
const failing = async (
  code: string,
  message: string | RegExp,
  scopes: object = {},
  type: Type = "endpoint",
): Promise<void> => {
  await expect(loading(code, scopes, type)).rejects.toMatchObject({
    code: "ERR_EXTENSION_LOAD",
    message: expect.stringMatching(message),
  });
};

describe("an extension that asks for a sandbox", () => {
  const loads = async (sandbox: unknown): Promise<unknown> => {
    const code = `
      import { log } from "directus:api";
      const tried = (name) => { try { log(name); return "logged"; } catch (error) { return error.message; } };
      export default { id: "sandboxed", handler: () => [typeof globalThis.require, typeof process.versions, tried("x")] };
    `;
    await it.host.loadPackage({ manifest: readManifest(packageOf(extensionOf("operation", sandbox))), code });
    return it.host.operations.run("sandboxed", {});
  };
  test("L01: is loaded in one, and may do what it has asked for", async () => {
    const denied = ["undefined", "undefined", 'No permission to access "log"'];
    expect(await loads({ enabled: true, requestedScopes: {} })).toEqual(denied);
    expect(await loads({ enabled: true, requestedScopes: { log: {} } })).toEqual(["undefined", "undefined", "logged"]);
  });
  test("L02: may nothing where it names no scopes", async () => {
    expect(await loads({ enabled: true })).toEqual(["undefined", "undefined", 'No permission to access "log"']);
  });
  test("L10: is loaded where it asks for a scope that there is not, and the log says so", async () => {
    await loads({ enabled: true, requestedScopes: { items: {} } });
    expect(await lineOf(it.lines, /requestedScopes\.items grants nothing/)).toMatchObject({
      level: "warn",
      extension: "my-extension",
    });
  });
});

describe("the code of an extension", () => {
  test.each(["fs", "node:fs", "./x.js", "directus", "directus:host", "directus:registrar"])(
    "L15: cannot import %s",
    async (name) => {
      await failing(endpoint(`import ${JSON.stringify(name)};`), /Imports other than "directus:api" are prohibited/);
    },
  );

  test("L16: cannot import what directus:api does not export", async () => {
    await failing(
      endpoint(`import { readItems } from "directus:api";`),
      /SyntaxError: The requested module 'directus:api' does not provide an export named 'readItems'/,
    );
    await failing(endpoint(`import whole from "directus:api";`), /does not provide an export named 'default'/);
  });

  test("L17: can import directus:api in every way", async () => {
    const keys = await it.operate(`() => Object.keys(api).sort()`);
    expect(keys).toEqual(["log", "request", "sleep"]);
    await loading(endpoint(`import "directus:api"; export { log } from "directus:api";`));
  });

  test("L18: can import all that there is without a scope, and calls nothing of it", async () => {
    const denied = await it.operate(
      `() => Promise.all([log, sleep, request].map(async (call, index) => { try { await call(["x", 1, "http://a.io/"][index]); } catch (error) { return error.message; } }))`,
    );
    expect(denied).toEqual(["log", "sleep", "request"].map((name) => `No permission to access "${name}"`));
  });

  test("L19: may log at its top level, with the scope for it", async () => {
    await loading(endpoint(`import { log } from "directus:api"; log("at the top");`), { log: {} });
    expect(it.lines.filter(({ message }) => message === "at the top")).toHaveLength(1);
    await failing(endpoint(`import { log } from "directus:api"; log("x");`), /No permission to access "log"/);
  });

  test("L20: fails with what it throws, and where", async () => {
    await failing(
      "\nexport default () => {;",
      /SyntaxError: Unexpected end of input \[\/my-endpoint\/dist\/index\.js:2\]/,
    );
    await failing(
      endpoint(`throw new RangeError("at the top");`),
      /RangeError: at the top \[\/my-endpoint\/dist\/index\.js:1:7\]/,
    );
    await failing(endpoint("throw 5;"), /\b5\b/);
    await failing(endpoint("\n\nnull.x;"), /\(reading 'x'\) \[\/my-endpoint\/dist\/index\.js:3:6\]/);
  });

  test("L21: is interrupted where it loops", async () => {
    await failing(endpoint("for (;;);"), /timed out/);
  });

  test("L22, L23: may wait at its top level, within a deadline", async () => {
    await loading(endpoint("await Promise.resolve(1);"));
    await loading(endpoint(`import { sleep } from "directus:api"; await sleep(50);`), { sleep: {} });
    await failing(endpoint("await new Promise(() => {});"), /timed out|top-level await/);
  });

  test("L24: is an ES module", async () => {
    await failing("module.exports = () => {};", /module is not defined.*no ES module/);
    await failing(`const { log } = require("directus:api");`, /require is not defined.*no ES module/);
  });

  test("registers by its default export", async () => {
    await failing("export const x = 1;", /extensionExport is not a function/);
    await failing("export default {};", /extensionExport is not a function/);
    await failing("export default undefined;", /extensionExport is not a function/, {}, "hook");
    await failing("export default null;", /Cannot read properties of null \(reading 'id'\)/, {}, "operation");
    await failing("export const x = 1;", /Cannot read properties of undefined \(reading 'id'\)/, {}, "operation");
  });

  test("P16: may register asynchronously", async () => {
    await loading(
      `export default async (router) => { await null; router.get("/late", () => ({ status: 200, body: "late" })); };`,
    );
    expect(await it.get("/my-endpoint/late")).toEqual([200, "late"]);
  });

  test("L26: that fails half-way leaves nothing", async () => {
    const code = `export default (router) => { router.get("/half", () => ({ status: 200 })); throw new Error("half-way"); };`;
    await expect(it.load("endpoint", code, {}, "half")).rejects.toThrow("half-way");
    expect(await it.get("/half/half")).toBeUndefined();
    expect(it.host.extensions.map(({ name }) => name)).not.toContain("half");
  });

  test("L26: that fails half-way leaves no listener, and no guest", async () => {
    await using runtime = bareRuntime();
    await using host = new DirectusExtensions({ runtime });
    const code = `export default ({ filter }) => { filter("half", () => "heard"); throw new Error("half-way"); };`;
    await expect(host.loadPackage({ manifest: manifestOf("hook"), code })).rejects.toThrow("half-way");
    expect(await host.hooks.filter("half", "said")).toBe("said");
    expect(runtime.status().activeRuns).toBe(0);
  });
});

test("what is registered when an extension is loaded already is refused", async () => {
  const code = `export default ({ filter }) => { filter("late", () => { try { filter("later", () => 1); } catch (error) { return error.message; } }); };`;
  await it.load("hook", code);
  expect(await it.host.hooks.filter("late", "said")).toBe("It is too late to register anything");
});

describe("extensions that go", () => {
  test("L27: take their routes, listeners and ids along, and calls that are under way fail", async () => {
    await it.load(
      "endpoint",
      `export default (router) => { router.get("/x", () => ({ status: 200 })); };`,
      {},
      "leaves",
    );
    await it.load("hook", `export default ({ filter }) => { filter("leave", () => "heard"); };`, {}, "leaves-hook");
    const waits = `import { sleep } from "directus:api"; export default { id: "leave", handler: () => sleep(60000) };`;
    await it.load("operation", waits, { sleep: {} }, "leaves-operation");
    const underWay = it.host.operations.run("leave", {});
    underWay.catch(() => undefined);
    expect(await it.host.hooks.filter("leave", "said")).toBe("heard");
    for (const name of ["leaves", "leaves-hook", "leaves-operation"]) await it.host.unload(name);
    await expect(underWay).rejects.toThrow("Isolate is disposed");
    expect(await it.get("/leaves/x")).toBeUndefined();
    expect(await it.host.hooks.filter("leave", "said")).toBe("said");
    await expect(it.host.operations.run("leave", {})).rejects.toMatchObject({ code: "ERR_EXTENSION_UNLOADED" });
  });

  const starting = `import { log, sleep } from "directus:api"; log("starts"); await sleep(300);`;
  const starts = (times: number): Promise<void> =>
    vi.waitFor(() => expect(it.lines.filter(({ message }) => message === "starts")).toHaveLength(times), {
      timeout: 20_000,
    });

  test("L27: leave no guest when they are starting again, and whoever waits for that is told", async () => {
    it.lines.splice(0);
    await using runtime = bareRuntime();
    await using host = it.with({ runtime });
    const code = `${starting} export default { id: "again", handler: (loops) => { log("handles"); while (loops); } };`;
    await host.loadPackage({ manifest: manifestOf("operation", { log: {}, sleep: {} }), code });
    await expect(host.operations.run("again", true)).rejects.toThrow("timed out");
    it.lines.splice(0);
    const call = host.operations.run("again", false);
    call.catch(() => undefined);
    await starts(1);
    await host.unload("my-operation");
    expect(runtime.status().activeRuns).toBe(0);
    await expect(call).rejects.toThrow("Isolate is disposed");
    expect(it.lines.map(({ message }) => message)).not.toContain("handles");
  });

  test("L28: leave the operation of another with the same id", async () => {
    const code = (answer: string): string => `export default { id: "same", handler: () => "${answer}" };`;
    await it.load("operation", code("one"), {}, "one");
    await it.load("operation", code("two"), {}, "two");
    expect(await it.host.operations.run("same", {})).toBe("two");
    await it.host.unload("two");
    expect(await it.host.operations.run("same", {})).toBe("one");
  });
});

describe("a folder of extensions", () => {
  let folder = "";
  const write = async (path: string, content: string | object): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  };
  const operation = (id: string): string => `export default { id: ${JSON.stringify(id)}, handler: () => 1 };`;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "vivarium-extensions-"));
    await write("good/package.json", packageOf(extensionOf("operation"), { name: "good" }));
    await write("good/dist/api.js", operation("good"));
    await write("@scope/also/package.json", packageOf(extensionOf("operation"), { name: "@scope/also" }));
    await write("@scope/also/dist/api.js", operation("also"));
    await write("bad-manifest/package.json", { name: "bad-manifest" });
    await write("bad-code/package.json", packageOf(extensionOf("operation"), { name: "bad-code" }));
    await write("bad-code/dist/api.js", "export default {");
    await write("bad-registration/package.json", packageOf(extensionOf("hook"), { name: "bad-registration" }));
    await write("bad-registration/dist/index.js", "export default ({ filter }) => { filter(1, () => 1); };");
    await write("unbuilt/package.json", packageOf(extensionOf("operation"), { name: "unbuilt" }));
    const outside = { ...extensionOf("endpoint"), path: "../good/dist/api.js" };
    await write("outside/package.json", packageOf(outside, { name: "outside" }));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("L25, L29: is loaded but for those that cannot be, each of which is told of", async () => {
    const host = it.with({});
    const reports = await host.loadAll(folder);
    expect(reports.map(({ kind }) => kind)).toEqual([
      "loaded",
      "failed",
      "failed",
      "failed",
      "loaded",
      "failed",
      "failed",
    ]);
    expect(host.extensions.map(({ name }) => name)).toEqual(["@scope/also", "good"]);
    expect(it.lines.filter(({ message }) => message.startsWith("Couldn't register"))).toHaveLength(5);
    const codes = reports.map((report) => (report.kind === "failed" ? (report.error as { code: string }).code : ""));
    expect(codes).toEqual([
      "",
      "ERR_EXTENSION_LOAD",
      "ERR_EXTENSION_MANIFEST",
      "ERR_EXTENSION_LOAD",
      "",
      "ERR_EXTENSION_MANIFEST",
      "ERR_EXTENSION_LOAD",
    ]);
  });

  test("has packages of others beside them, which are none of its own", async () => {
    const host = it.with({});
    await write("node_modules/other/package.json", packageOf(extensionOf("operation"), { name: "other" }));
    try {
      expect((await host.loadAll(folder)).filter(({ folder: path }) => path.includes("node_modules"))).toEqual([]);
    } finally {
      await rm(join(folder, "node_modules"), { recursive: true });
    }
  });

  test("tells which file of which field it has not found, and why a manifest cannot be read", async () => {
    await expect(it.host.load(join(folder, "unbuilt"))).rejects.toMatchObject({
      message: expect.stringContaining('"dist/api.js"'),
      field: "directus:extension.path.api",
    });
    await expect(it.host.load(join(folder, "nowhere"))).rejects.toMatchObject({
      code: "ERR_EXTENSION_MANIFEST",
      message: expect.stringContaining("ENOENT"),
    });
  });

  test("is not loaded, nor watched, by a host that is disposed of, or is so meanwhile", async () => {
    const gone = { code: "ERR_EXTENSION_UNLOADED", message: expect.stringContaining("disposed of") };
    // Its runtime goes with it.
    const host = new DirectusExtensions();
    const loading = host.load(join(folder, "good"));
    const watching = host.watch(folder);
    watching.catch(() => undefined);
    loading.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await host.dispose();
    await expect(loading).rejects.toMatchObject(gone);
    await expect(watching).rejects.toMatchObject(gone);
    for (const late of [() => host.watch(folder), () => host.loadAll(folder), () => host.load(join(folder, "good"))])
      await expect(late()).rejects.toMatchObject(gone);
  });

  test("L14: has operations in path.api, and the others in path", async () => {
    const host = it.with({});
    await write("halves/package.json", packageOf(extensionOf("operation"), { name: "halves" }));
    await write("halves/dist/api.js", `export default { id: "halves", handler: () => "of the API" };`);
    await write("halves/dist/app.js", `throw new Error("of the app");`);
    await write("whole/package.json", packageOf(extensionOf("hook"), { name: "whole" }));
    await write("whole/dist/index.js", `export default ({ filter }) => { filter("whole", () => "index"); };`);
    try {
      for (const name of ["halves", "whole"]) await host.load(join(folder, name));
      expect(await host.operations.run("halves", {})).toBe("of the API");
      expect(await host.hooks.filter("whole", 0)).toBe("index");
    } finally {
      for (const name of ["halves", "whole"]) await rm(join(folder, name), { recursive: true });
    }
  });

  test("is also of links to folders, as package managers and authors lay them", async () => {
    const linking = await mkdtemp(join(tmpdir(), "vivarium-links-"));
    try {
      await symlink(join(folder, "good"), join(linking, "good"));
      await symlink(join(folder, "@scope"), join(linking, "@scope"));
      await symlink(join(folder, "nowhere"), join(linking, "nowhere"));
      await symlink(join(folder, "good", "package.json"), join(linking, "file"));
      const host = it.with({});
      const reports = await host.loadAll(linking);
      expect(reports.map(({ kind }) => kind)).toEqual(["loaded", "loaded"]);
      expect(host.extensions.map(({ name }) => name)).toEqual(["@scope/also", "good"]);
    } finally {
      await rm(linking, { recursive: true, force: true });
    }
  });

  test("is followed while it is watched", async () => {
    const watched = await mkdtemp(join(tmpdir(), "vivarium-watched-"));
    const host = it.with({});
    const put = async (id: string, code: string): Promise<void> => {
      await mkdir(join(watched, id, "dist"), { recursive: true });
      await writeFile(
        join(watched, id, "package.json"),
        JSON.stringify(packageOf(extensionOf("operation"), { name: id })),
      );
      await writeFile(join(watched, id, "dist/api.js"), code);
    };
    const answering = (answer: unknown): string =>
      `export default { id: "watched", handler: () => ${JSON.stringify(answer)} };`;
    const answers = (expected: unknown): Promise<void> =>
      vi.waitFor(async () => expect(await host.operations.run("watched", {})).toBe(expected), {
        timeout: 20_000,
        interval: 50,
      });
    try {
      await put("one", answering(1));
      await using _watch = await host.watch(watched);
      await answers(1);
      await put("one", answering(2));
      await answers(2);
      await put("one", "export default {");
      await lineOf(it.lines, /Couldn't register "one"/);
      await answers(2);
      await put("two", answering(3));
      await answers(3);
      await rm(join(watched, "two"), { recursive: true });
      await answers(2);
      await rm(join(watched, "one"), { recursive: true });
      await vi.waitFor(() => expect(host.extensions).toEqual([]), { timeout: 20_000 });
    } finally {
      await host.dispose();
      await rm(watched, { recursive: true, force: true });
    }
  });

  test("L25: fails as a whole where all must load", async () => {
    await expect(it.with({ mustLoad: true }).loadAll(folder)).rejects.toMatchObject({ code: "ERR_EXTENSION_LOAD" });
  });
});

test.each([
  ["safe", ["directus.io/*", "ftp://a.io/*", "https*"]],
  ["strict-directus", []],
] as const)("L10: patterns of URLs that match none are warned of, where that is so: %s", async (compat, dead) => {
  const urls = ["directus.io/*", "*", "ftp://a.io/*", "http://*", "https*", "https://a.io/*"];
  const code = `export default { id: "x", handler: () => 1 };`;
  const before = it.lines.length;
  await it
    .with({ compat })
    .loadPackage({ manifest: manifestOf("operation", { request: { urls, methods: [] } }), code });
  expect(it.lines.slice(before).map(({ message }) => message)).toEqual(
    dead.map((pattern) => expect.stringContaining(`request.urls: "${pattern}" matches no URL`)),
  );
});

describe("limits that cannot be", () => {
  test.each([
    { memoryMib: 7 },
    { memoryMib: Number.NaN },
    { cpuTimeMs: 0 },
    { cpuTimeMs: Number.NaN },
    { callTimeoutMs: -1 },
    { requestTimeoutMs: "5" } as object,
    { memory: 100 } as object,
  ])("X13: are refused: %j", (limits) => {
    expect(() => it.with({ limits })).toThrow(expect.objectContaining({ code: "ERR_EXTENSION_OPTION" }));
  });
});

test("the manifest of an extension of a scope names its mount", async () => {
  const code = `export default (router) => { router.get("/", () => ({ status: 200, body: "root" })); };`;
  await it.host.loadPackage({ manifest: manifestOf("endpoint", {}, "@acme/hello"), code });
  expect(await it.get("/@acme/hello")).toEqual([200, "root"]);
});
