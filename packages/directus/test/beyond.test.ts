import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import {
  type CallerRequest,
  DirectusExtensions,
  type DirectusExtensionsOptions,
  defineScope,
  itemsScope,
  readManifest,
} from "../src/index.ts";
import { hostUnderTest, lineOf } from "./support/extension-host.ts";
import { extensionOf, packageOf, type Type } from "./support/manifests.ts";

const it = hostUnderTest();

/** A host with options, and an extension in it. */
async function hosting(
  options: DirectusExtensionsOptions,
  type: Type,
  code: string,
  requestedScopes: object = {},
): Promise<DirectusExtensions> {
  const host = it.with(options);
  const extension = extensionOf(type, { enabled: true, requestedScopes });
  const manifest = readManifest(packageOf(extension, { name: `my-${type}` }), host.ownScopes);
  await host.loadPackage({ manifest, code });
  return host;
}

const operation = (handler: string, imports = "log"): string =>
  `import { ${imports} } from "directus:api"; export default { id: "it", handler: ${handler} };`;

describe("scopes of a host's own", () => {
  const articles = [{ id: 1, title: "One" }];
  const scopes = { items: itemsScope({ read: (_collection, query) => articles.filter(({ id }) => id === query) }) };
  const reads = operation("({ collection, id }) => readItems(collection, id)", "readItems");
  const asked = { items: { collections: ["articles"], methods: ["read"] } };

  test("give extensions that ask for them functions", async () => {
    const host = await hosting({ scopes }, "operation", reads, asked);
    expect(await host.operations.run("it", { collection: "articles", id: 1 })).toEqual([{ id: 1, title: "One" }]);
    await expect(host.operations.run("it", { collection: "users", id: 1 })).rejects.toThrow(
      'No permission to read items of "users"',
    );
    await expect(host.operations.run("it", { collection: {}, id: 1 })).rejects.toThrow(
      "Collection has to be of type string",
    );
  });

  test("give nothing that is not asked for, and nothing to others", async () => {
    await expect(hosting({ scopes }, "operation", reads)).rejects.toThrow(
      "does not provide an export named 'readItems'",
    );
    await expect(hosting({}, "operation", reads, asked)).rejects.toThrow(
      "does not provide an export named 'readItems'",
    );
    const creates = operation("() => createItems('articles', {})", "createItems");
    const host = await hosting({ scopes }, "operation", creates, {
      items: { collections: ["articles"], methods: ["create"] },
    });
    await expect(host.operations.run("it", {})).rejects.toThrow('No permission to create items of "articles"');
  });

  test("are asked for as their schemas say", async () => {
    await expect(
      hosting({ scopes }, "operation", reads, { items: { collections: "articles", methods: ["read"] } }),
    ).rejects.toMatchObject({
      code: "ERR_EXTENSION_MANIFEST",
      field: "directus:extension.sandbox.requestedScopes.items.collections",
    });
    await expect(
      hosting({ scopes }, "operation", reads, { items: { ...asked.items, methods: ["drop"] } }),
    ).rejects.toMatchObject({
      field: "directus:extension.sandbox.requestedScopes.items.methods.0",
    });
  });

  test("are refused where they are none, when they are made", () => {
    const schema = z.unknown();
    for (const [make, field] of [
      [() => defineScope({} as never), "schema"],
      [() => defineScope({ schema: 5, functions: () => ({}) } as never), "schema"],
      [() => defineScope({ schema, functions: 5 as never }), "functions"],
      [() => itemsScope(null as never), "access"],
      [() => itemsScope({ read: 5 as never }), "access.read"],
      [() => itemsScope({ reed: () => 1 } as never), "access"],
    ] as const)
      expect(make).toThrow(expect.objectContaining({ code: "ERR_EXTENSION_OPTION", field }));
  });

  test.each([[{ log: () => 1 }], [{ other: () => 1 }], [{ mine: 5 as never }]])(
    "have functions of their own: %o",
    async (functions) => {
      const schema = z.unknown();
      const scopes = {
        one: defineScope({ schema, functions: () => ({ other: () => 1 }) }),
        two: defineScope({ schema, functions: () => functions }),
      };
      await expect(hosting({ scopes }, "operation", operation("() => 1"), { one: {}, two: {} })).rejects.toMatchObject({
        code: "ERR_EXTENSION_OPTION",
        field: `scopes.two.functions.${Object.keys(functions)[0]}`,
      });
    },
  );

  test("have names of their own", () => {
    for (const name of ["log", "request", "env"]) {
      expect(() => it.with({ scopes: { [name]: itemsScope({}) } })).toThrow(
        expect.objectContaining({ code: "ERR_EXTENSION_OPTION", field: `scopes.${name}` }),
      );
    }
  });
});

describe("variables", () => {
  const code = operation("() => process.env");
  const env = { API_KEY: "secret", OTHER: "other" };

  test("are those that an extension names and may have", async () => {
    const host = await hosting({ env }, "operation", code, { env: { names: ["API_KEY"] } });
    expect(await host.operations.run("it", {})).toEqual({ NODE_ENV: "production", API_KEY: "secret" });
    const none = await hosting({ env }, "operation", code);
    expect(await none.operations.run("it", {})).toEqual({ NODE_ENV: "production" });
  });

  test.each([[{ names: ["HOME"] }], [{ names: ["toString"] }], [{}], [{ names: "API_KEY" }]])(
    "are refused where they cannot be had: %j",
    async (scope) => {
      await expect(hosting({ env }, "operation", code, { env: scope })).rejects.toMatchObject({
        code: "ERR_EXTENSION_MANIFEST",
      });
    },
  );
});

test("levels of a log", async () => {
  const lines: string[][] = [];
  const line = (level: string) => (message: string) => void lines.push([level, message]);
  const logger = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  const code = operation(`() => { log("a", "debug"); log("b", "error"); log("c", "fatal"); log("d", 1); log("e"); }`);
  const host = await hosting({ logLevels: true, logger }, "operation", code, { log: {} });
  await host.operations.run("it", {});
  expect(lines).toEqual([
    ["debug", "a"],
    ["error", "b"],
    ["info", "c"],
    ["info", "d"],
    ["info", "e"],
  ]);
  lines.length = 0;
  const plain = await hosting({ logger }, "operation", code, { log: {} });
  await plain.operations.run("it", {});
  expect(new Set(lines.map(([level]) => level))).toEqual(new Set(["info"]));
});

test("E02: a console that writes, with the scope for it", async () => {
  const code = `export default { id: "it", handler: () => { console.log("a", 1, { b: [2n === 2n] }, null); console.warn(new TypeError("no"), { toJSON() { throw 1; } }, Symbol("s")); } };`;
  const before = it.lines.length;
  const host = await hosting({ consoleLines: true }, "operation", code, { log: {} });
  await host.operations.run("it", {});
  expect(it.lines.slice(before)).toMatchObject([
    { level: "info", message: 'a 1 {"b":[true]} null', extension: "my-operation" },
    { level: "info", message: "TypeError: no ? Symbol(s)" },
  ]);
  const levelled = await hosting({ consoleLines: true, logLevels: true }, "operation", code, { log: {} });
  await levelled.operations.run("it", {});
  expect(it.lines.slice(before + 2).map(({ level }) => level)).toEqual(["info", "warn"]);
  const denied = await hosting({ consoleLines: true }, "operation", code);
  await denied.operations.run("it", {});
  expect(it.lines).toHaveLength(before + 4);
});

test.each([false, true])("E04: no code of strings, where that is not wanted; web functions: %j", async (webGlobals) => {
  const ways = [
    `eval("1")`,
    `(0, eval)("1")`,
    `new Function("return 1")()`,
    `Function("return 1")()`,
    `(() => 1).constructor("return 1")()`,
    `(async () => 1).constructor("return 1")()`,
    `(function* () {}).constructor("yield 1")()`,
    `(async function* () {}).constructor("yield 1")()`,
    `Object.getPrototypeOf((async () => 1).constructor)("return 1")()`,
    `Object.constructor("return 1")()`,
    `Reflect.construct(Object.getPrototypeOf(class {}).constructor, ["return 1"])()`,
    `class { static a = this.constructor("return 1")() }`,
  ];
  const webs = [
    `setTimeout("1")`,
    `queueMicrotask("1")`,
    `URL.constructor("return 1")()`,
    `URL.prototype.toString.constructor("return 1")()`,
    `setTimeout.constructor("return 1")()`,
    `Object.getOwnPropertyDescriptor(Event.prototype, "type").get.constructor("return 1")()`,
  ];
  const all = webGlobals ? [...ways, ...webs] : ways;
  const code = `export default { id: "it", handler: () => [${all.map((way) => `() => ${way}`).join()}].map((way) => { try { return way(); } catch (error) { return error.name; } }).concat((() => 1) instanceof Function) };`;
  await using host = new DirectusExtensions({ codeFromStrings: false, webGlobals });
  const manifest = readManifest(packageOf(extensionOf("operation", { enabled: true })));
  await host.loadPackage({ manifest, code });
  const refused = all.map(() => expect.stringMatching(/^(?:EvalError|TypeError)$/));
  expect(await host.operations.run("it", {})).toEqual([...refused, true]);
});

test("O02: operations that are functions, where that is wanted", async () => {
  const code = `export default () => ({ id: "legacy", handler: () => "done" });`;
  const host = await hosting({ legacyOperations: true }, "operation", code);
  expect(await host.operations.run("legacy", {})).toBe("done");
  const none = hosting({ legacyOperations: true }, "operation", "export default () => null;");
  await expect(none).rejects.toThrow("reading 'id'");
});

test("control characters of a stranger's line are escaped", async () => {
  await it.operate(`() => log("a\\u001b[31mred\\tb")`, { log: {} });
  expect(it.lines.at(-1)?.message).toBe("a\\x1b[31mred\tb");
});

describe("endpoints", () => {
  test("P07: are told method, params and query, where that is wanted", async () => {
    const code = `export default (router) => { router.post("/:id/*", ({ method, params, query }) => ({ status: 200, body: { method, params, query } })); };`;
    const host = await hosting({ requestDetails: true }, "endpoint", code);
    const response = await host.fetch(new Request("http://host/my-endpoint/7/a/b?x=1&y=2&y=3", { method: "POST" }));
    expect(await response?.json()).toEqual({
      method: "POST",
      params: { id: "7", 0: "a/b" },
      query: { x: "1", y: ["2", "3"] },
    });
  });

  test("P07: are told who has sent a request, where the host says so", async () => {
    const code = `export default (router) => { router.get("/", (request) => ({ status: 200, body: [Object.keys(request), request.user ?? null] })); };`;
    const requestUser = async (request: CallerRequest): Promise<object | undefined> => {
      if (!(request instanceof Request)) throw new Error("no request of the web's");
      const name = request.headers.get("x-name");
      if (name === "nobody") throw new Error("nobody knows him");
      return name === null ? undefined : { name };
    };
    const host = await hosting({ requestUser }, "endpoint", code);
    const ask = async (headers: Record<string, string>): Promise<unknown> => {
      const response = await host.fetch(new Request("http://host/my-endpoint", { headers }));
      return response?.status === 200 ? response.json() : response?.status;
    };
    expect(await ask({ "x-name": "Ada" })).toEqual([["url", "headers", "body", "user"], { name: "Ada" }]);
    expect(await ask({})).toEqual([["url", "headers", "body"], null]);
    expect(await ask({ "x-name": "nobody" })).toBe(500);
  });

  test("P11: set the headers that they may", async () => {
    const code = `export default (router) => { router.get("/", () => ({ status: 200, body: "x{}", headers: { "Content-Type": "text/css", "cache-control": "no-store", "set-cookie": "a=1", "x-split": "a\\r\\nb: c" } })); };`;
    const host = await hosting({ responseHeaders: ["content-type", "Cache-Control", "x-split"] }, "endpoint", code);
    const response = await host.fetch(new Request("http://host/my-endpoint"));
    expect(Object.fromEntries(response?.headers ?? [])).toEqual({
      "content-type": "text/css",
      "cache-control": "no-store",
    });
    const plain = await hosting({}, "endpoint", code);
    const answer = await plain.fetch(new Request("http://host/my-endpoint"));
    expect(Object.fromEntries(answer?.headers ?? [])).toEqual({ "content-type": "text/html; charset=utf-8" });
  });
});

describe("more hooks", () => {
  test("H01: hear what an event is about, where that is wanted", async () => {
    const code = `export default ({ filter }) => { filter("items.create", function (payload, meta) { return [payload, meta, arguments.length]; }); };`;
    const meta = { collection: "articles" };
    const host = await hosting({ hookDetails: true }, "hook", code);
    expect(await host.hooks.filter("items.create", 1, meta)).toEqual([1, { event: "items.create", ...meta }, 2]);
    const plain = await hosting({}, "hook", code);
    expect(await plain.hooks.filter("items.create", 1, meta)).toEqual([1, undefined, 1]);
  });

  test("run at times, until their extension goes", async () => {
    const code = `import { log } from "directus:api"; export default ({ schedule }) => { schedule("* * * * * *", () => { log("tick"); }); };`;
    const host = await hosting({ moreHooks: true }, "hook", code, { log: {} });
    await lineOf(it.lines, /^tick$/);
    await host.unload("my-hook");
    const ticks = it.lines.filter(({ message }) => message === "tick").length;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(it.lines.filter(({ message }) => message === "tick")).toHaveLength(ticks);
    await expect(
      hosting({ moreHooks: true }, "hook", `export default ({ schedule }) => { schedule("whenever", () => 1); };`),
    ).rejects.toMatchObject({ code: "ERR_EXTENSION_LOAD" });
  });

  test("hear of the host's start, which waits for them", async () => {
    const code = `import { log } from "directus:api"; export default ({ init }) => { init("app.before", async (meta) => { await null; log("init " + meta.event); }); };`;
    const host = await hosting({ moreHooks: true }, "hook", code, { log: {} });
    await host.hooks.init("app.before");
    expect(it.lines.at(-1)?.message).toBe("init app.before");
  });
});

test("the web's functions", async () => {
  const host = new DirectusExtensions({ webGlobals: true });
  try {
    const extension = extensionOf("operation", { enabled: true });
    const manifest = readManifest(packageOf(extension));
    await host.loadPackage({
      manifest,
      code: `export default { id: "web", handler: async () => [new URL("/x", "http://a").href, atob("aGk="), typeof setTimeout, typeof process.versions, await fetch("http://127.0.0.1/").catch((error) => error.name)] };`,
    });
    expect(await host.operations.run("web", {})).toEqual(["http://a/x", "hi", "function", "undefined", "TypeError"]);
  } finally {
    await vi.waitFor(() => host.dispose());
  }
});
