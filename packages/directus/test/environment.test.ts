import { describe, expect, test } from "vitest";
import { hostUnderTest, lineOf } from "./support/extension-host.ts";
import { manifestOf } from "./support/manifests.ts";

const it = hostUnderTest();

describe("what an extension finds", () => {
  test("E01: is the language, and nothing of Node's or the web's", async () => {
    const names =
      "setTimeout fetch require Buffer crypto URL TextEncoder atob structuredClone queueMicrotask module global window self";
    const types = await it.operate(`() => ${JSON.stringify(names.split(" "))}.map((name) => typeof globalThis[name])`);
    expect(new Set(types as string[])).toEqual(new Set(["undefined"]));
    const language = await it.operate(
      "() => [Intl, Map, Promise, WeakRef, FinalizationRegistry, Atomics, SharedArrayBuffer].length",
    );
    expect(language).toBe(7);
  });

  test("E02: is a console that says nothing", async () => {
    const before = it.lines.length;
    expect(await it.operate(`() => { console.log("x"); console.error("x"); return typeof console.warn; }`)).toBe(
      "function",
    );
    expect(it.lines.slice(before)).toEqual([]);
  });

  test("E03: is the name of its environment, and no other variable", async () => {
    expect(await it.operate("() => [Object.keys(process), process.env]")).toEqual([
      ["env"],
      { NODE_ENV: "production" },
    ]);
    const host = it.with({ environment: "development" });
    const code = `export default { id: "environment", handler: () => process.env }`;
    await host.loadPackage({ manifest: manifestOf("operation"), code });
    expect(await host.operations.run("environment", {})).toEqual({ NODE_ENV: "development" });
  });

  test("E04: is code of strings", async () => {
    expect(await it.operate(`() => [eval("1+1"), new Function("return 3")()]`)).toEqual([2, 3]);
  });

  test("E05: is no import(), and nothing in import.meta", async () => {
    expect(
      await it.operate(
        `async () => [Object.keys(import.meta), await import("directus:api").then(() => "there", () => "not")]`,
      ),
    ).toEqual([[], "not"]);
  });

  test("E06: is its own state, from call to call", async () => {
    await it.load("operation", `let count = 0; export default { id: "count", handler: () => ++count };`);
    const counts = [];
    for (let call = 0; call < 3; call += 1) counts.push(await it.host.operations.run("count", {}));
    expect(counts).toEqual([1, 2, 3]);
  });

  test("E07: is not what another has", async () => {
    const code = (id: string): string =>
      `export default { id: "${id}", handler: (value) => { const before = globalThis.mine; globalThis.mine = value; return before; } };`;
    await it.load("operation", code("left"), {}, "left");
    await it.load("operation", code("right"), {}, "right");
    expect(await it.host.operations.run("left", 1)).toBeUndefined();
    expect(await it.host.operations.run("right", 2)).toBeUndefined();
    expect(await it.host.operations.run("left", 3)).toBe(1);
  });

  test("E08: is the others' work where it waits", async () => {
    const code = `import { sleep } from "directus:api"; let n = 0; export default { id: "turns", handler: async () => { n++; await sleep(50); return n; } };`;
    await it.load("operation", code, { sleep: {} });
    expect(await Promise.all([1, 2, 3].map(() => it.host.operations.run("turns", {})))).toEqual([3, 3, 3]);
  });

  test("E09: is no this", async () => {
    expect(await it.operate("function () { return this === undefined; }")).toBe(true);
  });

  test("E10, E11: are errors of its own classes, which name nothing of the host's", async () => {
    const code = `async () => {
      const errors = [];
      try { log("x"); } catch (error) { errors.push(error); }
      await sleep(1).catch((error) => errors.push(error));
      await request(1).catch((error) => errors.push(error));
      return errors.map((error) => [error instanceof Error, error instanceof TypeError, error.name, error.stack]);
    }`;
    const found = (await it.operate(code)) as [boolean, boolean, string, string][];
    expect(found.map(([isError, isTypeError, name]) => [isError, isTypeError, name])).toEqual([
      [true, false, "Error"],
      [true, false, "Error"],
      [true, true, "TypeError"],
    ]);
    for (const [, , , stack] of found) {
      const files = [...stack.matchAll(/(\/[^\s():]+):\d/g)].map(([, file]) => file);
      expect(files.filter((file = "") => !/^\/(?:directus|my-operation)\//.test(file))).toEqual([]);
      expect(files.length).toBeGreaterThan(0);
    }
  });
});

describe("log", () => {
  const scopes = { log: {} };
  test("G01, G02: writes a line that names its extension, and its first argument alone", async () => {
    expect(await it.operate(`() => [log("hi"), log(""), log("a", "b")]`, scopes)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(it.lines.slice(-3)).toEqual(
      ["hi", "", "a"].map((message) => ({ level: "info", message, extension: "my-operation", error: undefined })),
    );
  });

  test.each(["1", "null", "undefined", "{}", "[]", "true", "10n", "Symbol()", "() => 1", `new String("x")`, ""])(
    "G03: refuses %s",
    async (value) => {
      const tried = `() => { try { log(${value}); } catch (error) { return [error instanceof TypeError, error.message]; } }`;
      expect(await it.operate(tried, scopes)).toEqual([true, "Log message has to be of type string"]);
    },
  );

  test.each([`"x"`, "1"])("G04, G05: is denied without its scope, there and then: %s", async (value) => {
    const tried = `() => { try { log(${value}); } catch (error) { return [error instanceof TypeError, error.message]; } }`;
    expect(await it.operate(tried)).toEqual([false, 'No permission to access "log"']);
  });
});

describe("sleep", () => {
  const scopes = { sleep: {} };
  test("G06: waits at least as long as it is told", async () => {
    const [value, took] = (await it.operate(
      "async () => { const from = Date.now(); return [await sleep(20), Date.now() - from]; }",
      scopes,
    )) as [unknown, number];
    expect(value).toBeUndefined();
    expect(took).toBeGreaterThanOrEqual(19);
  });

  test.each([`"5"`, "null", "undefined", "10n", "{}"])("G07: refuses %s", async (value) => {
    const tried = `() => sleep(${value}).catch((error) => [error instanceof TypeError, error.message])`;
    expect(await it.operate(tried, scopes)).toEqual([true, "Sleep milliseconds has to be of type number"]);
  });

  test("G08: does not wait for what is no time", async () => {
    expect(await it.operate("() => Promise.all([0, -1, 1.5, NaN].map((ms) => sleep(ms)))", scopes)).toEqual(
      new Array(4).fill(undefined),
    );
  });

  test.each(["Infinity", "2 ** 31"])("G09: refuses to sleep for %s", async (value) => {
    expect(await it.thrownBy(`() => sleep(${value})`, scopes)).toMatchObject({
      name: "RangeError",
      message: "Sleep milliseconds has to be below 2147483648",
    });
  });

  test("G10: is no CPU time", async () => {
    const host = it.with({ limits: { cpuTimeMs: 500 } });
    const code = `import { sleep } from "directus:api"; export default { id: "sleeps", handler: () => sleep(700) };`;
    await host.loadPackage({ manifest: manifestOf("operation", scopes), code });
    expect(await host.operations.run("sleeps", {})).toBeUndefined();
  });

  test("G11: is for any number at once", async () => {
    expect(
      await it.operate(
        "() => Promise.all(Array.from({ length: 2000 }, () => sleep(1))).then((all) => all.length)",
        scopes,
      ),
    ).toBe(2000);
  });

  test("G12: is denied without its scope", async () => {
    expect(await it.thrownBy("() => sleep(1)")).toMatchObject({ message: 'No permission to access "sleep"' });
  });
});

test("X08: a rejection that nobody handles is told of once, and fails no call", async () => {
  await it.load(
    "operation",
    `export default { id: "rejects", handler: async (rejects) => { if (rejects) Promise.reject(new Error("in the background")); return "fine"; } };`,
  );
  for (const rejects of [true, false, false]) expect(await it.host.operations.run("rejects", rejects)).toBe("fine");
  expect(await lineOf(it.lines, /in the background/)).toMatchObject({ level: "warn", extension: "my-operation" });
  expect(await it.host.operations.run("rejects", false)).toBe("fine");
  expect(it.lines.filter(({ message }) => message.includes("in the background"))).toHaveLength(1);
});
