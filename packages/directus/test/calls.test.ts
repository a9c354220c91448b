import { describe, expect, test } from "vitest";
import { hostUnderTest, lineOf } from "./support/extension-host.ts";

const it = hostUnderTest();

describe("an endpoint", () => {
  const router = (body: string): string => `export default (router) => { ${body} };`;
  const load = (body: string): Promise<unknown> => it.load("endpoint", router(body));
  const answering = async (answer: string): Promise<unknown> => {
    await load(`router.get("/x", () => (${answer}));`);
    const response = await it.host.fetch(new Request("http://host/my-endpoint/x"));
    return [response?.status, response?.headers.get("content-type")?.split(";")[0] ?? null, await response?.text()];
  };

  test("P02: may be { id, handler }, and is mounted beneath its id then", async () => {
    const config = (
      id: string,
      handler = `(router) => { router.get("/a", () => ({ status: 200, body: "by id" })); }`,
    ) => it.load("endpoint", `export default { id: ${id}, handler: ${handler} };`);
    await config(`"chosen"`);
    expect(await it.get("/chosen/a")).toEqual([200, "by id"]);
    expect(await it.get("/my-endpoint/a")).toBeUndefined();
    await config(`"chosen-anew"`);
    expect([await it.get("/chosen/a"), await it.get("/chosen-anew/a")]).toEqual([undefined, [200, "by id"]]);
    await expect(config("1")).rejects.toThrow("TypeError: Endpoint config id has to be of type string");
    await expect(config(`"x"`, "1")).rejects.toThrow("TypeError: Endpoint config handler has to be of type function");
    for (const id of ["", "..", "a/b"])
      await expect(config(JSON.stringify(id))).rejects.toMatchObject({ code: "ERR_EXTENSION_LOAD" });
    expect(await it.get("/chosen-anew/a")).toEqual([200, "by id"]);
  });

  test("P02: cannot have the id of another, which keeps it", async () => {
    const config = (id: string, body: string): string =>
      `export default { id: "${id}", handler: (router) => { router.get("/", () => ({ status: 200, body: "${body}" })); } };`;
    await it.load("endpoint", config("shared", "one"), {}, "one");
    const refused = {
      code: "ERR_EXTENSION_LOAD",
      extension: "two",
      message: expect.stringContaining(`"one" has its own at "/shared": give one of them another id`),
    };
    await expect(it.load("endpoint", config("Shared", "two"), {}, "two")).rejects.toMatchObject(refused);
    expect(await it.get("/shared")).toEqual([200, "one"]);
    await it.load("endpoint", config("shared", "one again"), {}, "one");
    expect(await it.get("/shared")).toEqual([200, "one again"]);
    await it.host.unload("one");
    await it.load("endpoint", config("shared", "two"), {}, "two");
    expect(await it.get("/shared")).toEqual([200, "two"]);
    await it.host.unload("two");
    // Beneath another's.
    expect(() => it.load("endpoint", router(""), {}, "@acme/x/y")).toThrow("a name as packages have it");
  });

  test("P01, P03: has a router of five methods, which return nothing", async () => {
    await load(
      `const keys = Object.keys(router); const chained = router.get("/keys", () => ({ status: 200, body: [keys, String(chained)] }));`,
    );
    expect(await it.get("/my-endpoint/keys")).toEqual([200, '[["get","post","put","patch","delete"],"undefined"]']);
    for (const name of ["use", "all"])
      await expect(load(`router.${name}("/x", () => 1);`)).rejects.toThrow(`router.${name} is not a function`);
  });

  test.each(["1", "/x/", "['/x']"])("P04: refuses the path %s", async (path) => {
    await expect(load(`router.get(${path}, () => 1);`)).rejects.toThrow("Route path has to be of type string");
  });
  test("P04: refuses what is no handler, and no pattern", async () => {
    await expect(load(`router.get("/x");`)).rejects.toThrow("Route handler has to be of type function");
    await expect(load(`router.get("/(x", () => 1);`)).rejects.toThrow(/SyntaxError: Route path/);
  });

  test("P05: has one handler", async () => {
    await load(`router.get("/a", () => ({ status: 200, body: "one" }), () => ({ status: 200, body: "two" }));`);
    expect(await it.get("/my-endpoint/a")).toEqual([200, "one"]);
  });

  test("P06, P15: is mounted beneath its name; the first route that fits serves", async () => {
    await load(`
      const say = (what) => ({ url }) => ({ status: 200, body: what + " " + url });
      router.get("/", say("root")); router.get("/a", say("a")); router.get("/a", say("again")); router.get("/:id/x", say("id")); router.get("/files/*", say("files")); router.post("/a", say("posted"));
    `);
    expect(await it.get("/my-endpoint")).toEqual([200, "root /"]);
    expect(await it.get("/MY-endpoint/A/?x=1")).toEqual([200, "a /A/?x=1"]);
    expect(await it.get("/my-endpoint/7/x")).toEqual([200, "id /7/x"]);
    expect(await it.get("/my-endpoint/files/a/b")).toEqual([200, "files /files/a/b"]);
    expect(await it.get("/my-endpoint/a", { method: "POST" })).toEqual([200, "posted /a"]);
    expect(await it.get("/my-endpoint/a", { method: "HEAD" })).toEqual([200, ""]);
    expect(await it.get("/my-endpoint/none")).toBeUndefined();
    expect(await it.get("/my-endpointless/a")).toBeUndefined();
  });

  test("P07, P08: gets path, headers and parsed JSON, and nothing else", async () => {
    await load(
      `router.post("/x", function (request, more) { return { status: 200, body: [request, arguments.length] }; });`,
    );
    const json = { method: "POST", body: '{"a":1}', headers: { "content-type": "application/json", "x-one": "1" } };
    const [, text = ""] = (await it.get("/my-endpoint/x?q=1", json)) ?? [];
    expect(JSON.parse(text)).toEqual([
      { url: "/x?q=1", headers: { "content-type": "application/json", "x-one": "1" }, body: { a: 1 } },
      1,
    ]);
    const [, plain = ""] = (await it.get("/my-endpoint/x", { method: "POST", body: "text" })) ?? [];
    expect(JSON.parse(plain)[0].body).toEqual({});
  });

  test.each([
    [`"<b>"`, "text/html", "<b>"],
    [`{ a: 1 }`, "application/json", '{"a":1}'],
    ["[1]", "application/json", "[1]"],
    ["true", "application/json", "true"],
    ["null", null, ""],
    ["undefined", null, ""],
  ])("P09: answers with the body %s", async (body, type, text) => {
    expect(await answering(`{ status: 201, body: ${body} }`)).toEqual([201, type, text]);
  });
  test("P10: answers with a number as JSON", async () => {
    expect(await answering("{ status: 200, body: 42 }")).toEqual([200, "application/json", "42"]);
  });

  test.each([
    ["undefined", 500],
    ["0", 500],
    ["1000", 500],
    ["'404'", 404],
    ["200.5", 200],
    ["'x'", 500],
  ])("P12: has the status %s as %d", async (status, expected) => {
    expect((await answering(`{ status: ${status}, body: "x" }`)) as unknown[]).toMatchObject({ 0: expected });
  });

  test.each(["undefined", "null", "'text'", "() => 1"])("P13: that answers with %s has failed", async (answer) => {
    expect(await answering(answer)).toMatchObject({ 0: 500 });
    expect(await answering("{ status: 200, body: 'still there' }")).toMatchObject({ 0: 200 });
  });

  test("P14: that throws tells those alone why who may know", async () => {
    await load(`router.get("/x", () => { throw new Error("secret"); });`);
    const [status, text = ""] = (await it.get("/my-endpoint/x", {}, false)) ?? [];
    expect([status, JSON.parse(text)]).toEqual([
      500,
      { errors: [{ message: "An unexpected error occurred.", extensions: { code: "INTERNAL_SERVER_ERROR" } }] },
    ]);
    expect((await it.get("/my-endpoint/x", {}, true))?.[1]).toContain("secret");
    await load(
      `router.get("/x", () => { throw "secret"; }); router.get("/y", () => { throw { message: "secret" }; });`,
    );
    for (const path of ["/my-endpoint/x", "/my-endpoint/y"]) {
      const [thrown, told = ""] = (await it.get(path, {}, false)) ?? [];
      expect([thrown, JSON.parse(told)]).toEqual([500, JSON.parse(text)]);
    }
  });
});

describe("a hook", () => {
  const load = (body: string, name?: string): Promise<unknown> =>
    it.load("hook", `export default (hooks) => { const { filter, action } = hooks; ${body} };`, { log: {} }, name);
  test("H01: is given what registers filters and actions", async () => {
    await it.load(
      "hook",
      `export default function (hooks) { const given = [Object.keys(hooks), arguments.length]; hooks.filter("keys", () => given); }`,
    );
    expect(await it.host.hooks.filter("keys", 0)).toEqual([["filter", "action"], 1]);
  });

  test.each(["init", "schedule", "embed"])("H02: has no %s, and is told so", async (name) => {
    await expect(load(`hooks.${name}("x", () => 1);`)).rejects.toThrow(
      `${name} is not a function: it is not supported in the sandbox`,
    );
  });

  test("H03: refuses what is no event, and no handler", async () => {
    await expect(load("filter(1, () => 1);")).rejects.toThrow("TypeError: Filter event has to be of type string");
    await expect(load(`filter("x", 1);`)).rejects.toThrow("TypeError: Filter handler has to be of type function");
    await expect(load("action(1, () => 1);")).rejects.toThrow("TypeError: Action event has to be of type string");
    await expect(load(`action("x");`)).rejects.toThrow("TypeError: Action handler has to be of type function");
  });

  test("H04, H05: puts what a filter answers in the place of the payload, which is its one argument", async () => {
    await load(`
      filter("new", (payload) => ({ ...payload, b: 2 })); filter("keep", () => undefined); filter("null", () => null);
      filter("mutate", (payload) => { payload.a = 2; }); filter("count", function () { return arguments.length; });
    `);
    const payload = { a: 1 };
    const through = (event: string): Promise<unknown> => it.host.hooks.filter(event, payload);
    expect([
      await through("new"),
      await through("keep"),
      await through("null"),
      await through("mutate"),
      await through("count"),
    ]).toEqual([{ a: 1, b: 2 }, { a: 1 }, null, { a: 1 }, 1]);
    expect(payload).toEqual({ a: 1 });
  });

  test("H06: that throws keeps what was to be done from being done", async () => {
    await load(`filter("items.create", () => { throw new RangeError("not so"); });`);
    await expect(it.host.hooks.filter("items.create", {})).rejects.toMatchObject({
      name: "RangeError",
      message: "not so",
    });
  });

  test("H07: sees what those before it have made, in the order of registration", async () => {
    await load(`filter("x.y", (list) => [...list, 1]); filter("x.*", (list) => [...list, 2]);`, "first");
    await load(`filter("x.y", (list) => [...list, 3]);`, "second");
    expect(await it.host.hooks.filter("x.y", [])).toEqual([1, 2, 3]);
    for (const name of ["first", "second"]) await it.host.unload(name);
  });

  test("H08, H09: hears of an event by a copy of what it is about; what it throws is logged", async () => {
    await it.load(
      "hook",
      `import { log } from "directus:api"; export default ({ action }) => { action("items.*", (meta) => { log(JSON.stringify(meta)); meta.keys.push(2); throw new Error("in action"); }); };`,
      { log: {} },
    );
    const meta = { collection: "posts", keys: [1] };
    expect(it.host.hooks.action("items.update", meta)).toBeUndefined();
    const heard = await lineOf(it.lines, /posts/);
    expect(JSON.parse(heard.message)).toEqual({ event: "items.update", collection: "posts", keys: [1] });
    expect(await lineOf(it.lines, /while executing action "items.update"/)).toMatchObject({
      level: "warn",
      error: { message: "in action" },
    });
    expect(meta).toEqual({ collection: "posts", keys: [1] });
  });

  test("H10: is not called with what cannot be copied", async () => {
    await it.load(
      "hook",
      `import { log } from "directus:api"; export default ({ filter, action }) => { filter("fn", () => { log("called"); }); action("fn", () => { log("called"); }); };`,
      { log: {} },
    );
    await expect(it.host.hooks.filter("fn", { f: () => 1 })).rejects.toThrow();
    await expect(it.host.hooks.filter("fn", new Proxy({}, {}))).rejects.toThrow();
    it.host.hooks.action("fn", { f: () => 1 });
    await lineOf(it.lines, /while executing action "fn"/);
    expect(it.lines.some(({ message }) => message === "called")).toBe(false);
  });
});

describe("an operation", () => {
  test("O01, O03: has an id and a handler, which gets its options", async () => {
    await it.load(
      "operation",
      `const defineOperationApi = (config) => config; export default defineOperationApi({ id: "defined", handler: function () { return [arguments.length, arguments[0]]; } });`,
    );
    expect(await it.host.operations.run("defined", { a: 1 })).toEqual([1, { a: 1 }]);
  });

  test.each([
    ["() => ({ id: 'x', handler() {} })", "Operation config id has to be of type string"],
    ["null", "Cannot read properties of null (reading 'id')"],
    ["{ handler() {} }", "Operation config id has to be of type string"],
    ["{ id: 1, handler() {} }", "Operation config id has to be of type string"],
    ["{ id: 'x' }", "Operation config handler has to be of type function"],
    ["{ id: 'x', handler: 'y' }", "Operation config handler has to be of type function"],
  ])("O02: is not %s", async (config, message) => {
    await expect(it.load("operation", `export default ${config};`)).rejects.toThrow(message);
  });

  test("O04: answers at once, by a promise, or by what is like one", async () => {
    for (const handler of ["() => 1", "async () => 1", "() => ({ then(resolve) { resolve(1); } })"])
      expect(await it.operate(handler)).toBe(1);
  });

  test("O05: takes and answers what can be copied", async () => {
    const shared = { x: 1 };
    const value = {
      list: [undefined, null, true, -0, Number.NaN, 10n, "text"],
      date: new Date(5),
      map: new Map<unknown, unknown>([["a", shared]]),
      set: new Set([shared]),
      pattern: /a+/gi,
      bytes: new Uint8Array([1, 2, 3]),
      error: new TypeError("in it"),
    };
    const back = (await it.operate("(value) => value", {}, value)) as typeof value;
    expect(back).toEqual(value);
    expect(back.map.get("a")).toBe([...back.set][0]);
    const own =
      "(value) => [value, value.date, value.bytes].map((each, index) => Object.getPrototypeOf(each) === [Object, Date, Uint8Array][index].prototype)";
    expect(await it.operate(own, {}, value)).toEqual([true, true, true]);
    const made =
      "() => { class Thing { a = 1; get b() { return 2; } method() {} } const circle = new Thing(); circle.self = circle; return circle; }";
    const circle = (await it.operate(made)) as { a: number; self: unknown };
    expect([circle.a, circle.self === circle, Object.getPrototypeOf(circle) === Object.prototype]).toEqual([
      1,
      true,
      true,
    ]);
    for (const refused of [
      "() => () => 1",
      "() => ({ f() {} })",
      "() => Symbol()",
      "() => new Proxy({}, {})",
      "() => [Promise.resolve()]",
      "() => new WeakMap()",
    ]) {
      expect(await it.thrownBy(refused)).toMatchObject({
        name: "TypeError",
        message: expect.stringContaining("could not be cloned"),
      });
    }
  });

  test("O05: takes and answers buffers, holes, cycles, own accessors and what is called __proto__", async () => {
    const cyclic: Record<string, unknown> = { holes: new Array(2), buffer: Buffer.from("ab"), raw: new ArrayBuffer(2) };
    cyclic["self"] = cyclic;
    Object.defineProperty(cyclic, "read", { get: () => "by its getter", enumerable: true });
    const seen =
      "(value) => [value.self === value, value.holes.length, 0 in value.holes, value.buffer.constructor.name, value.raw instanceof ArrayBuffer, value.read]";
    expect(await it.operate(seen, {}, cyclic)).toEqual([true, 2, false, "Uint8Array", true, "by its getter"]);
    const made = `() => ({ holes: new Array(2), get read() { return "by its getter"; }, own: JSON.parse('{"__proto__":{"x":1}}') })`;
    const back = (await it.operate(made)) as { holes: unknown[]; own: object };
    expect(back).toMatchObject({ read: "by its getter" });
    expect([back.holes.length, 0 in back.holes, Object.keys(back.own), Reflect.get(back.own, "x")]).toEqual([
      2,
      false,
      ["__proto__"],
      undefined,
    ]);
    const own = "(value) => [Object.keys(value), value.x]";
    expect(await it.operate(own, {}, JSON.parse('{"__proto__":{"x":1}}'))).toEqual([["__proto__"], undefined]);
    expect(await it.operate("function (value) { return [value, arguments.length]; }")).toEqual([undefined, 1]);
    for (const refused of [() => 1, { f: () => 1 }, Symbol("s"), [Promise.resolve()], new WeakMap()])
      await expect(it.host.operations.run("it", refused)).rejects.toThrow();
  });

  test.each(["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError"])(
    "O06: throws a %s as what it is",
    async (name) => {
      const error = await it.thrownBy(`() => { throw new ${name}("no"); }`);
      expect(error).toBeInstanceOf(Reflect.get(globalThis, name) as ErrorConstructor);
      expect(error).toMatchObject({ name, message: "no" });
    },
  );

  test("O06, O07: keeps what errors say, and what is no error", async () => {
    const custom = await it.thrownBy(
      `() => { class Custom extends Error { name = "Custom"; } throw Object.assign(new Custom("no"), { code: "E_NO", status: 418, extensions: { a: 1 } }); }`,
    );
    expect(custom).toBeInstanceOf(Error);
    expect(custom).toMatchObject({ name: "Custom", message: "no", code: "E_NO", status: 418, extensions: { a: 1 } });
    expect((custom as Error).stack).not.toMatch(/packages|node_modules/);
    for (const [thrown, expected] of [
      [`JSON.stringify({ a: 1 })`, '{"a":1}'],
      ["5", 5],
      ["null", null],
      ["undefined", undefined],
    ] as const)
      expect(await it.thrownBy(`() => { throw ${thrown}; }`)).toBe(expected);
    const plain = await it.thrownBy(`() => { throw { message: "plain", a: 1 }; }`);
    expect(plain).toBeInstanceOf(Error);
    expect(plain).toMatchObject({ message: "plain", a: 1 });
    expect(await it.thrownBy("() => { throw { a: 1 }; }")).toMatchObject({
      message: expect.stringContaining("not an instance of `Error`"),
    });
  });
});
