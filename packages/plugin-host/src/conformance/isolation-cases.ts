import { strict as assert } from "node:assert";
import { expectCode } from "./expectations.ts";
import { type PluginSandboxCase, sandboxCase } from "./sandbox-case.ts";

const hostNames: readonly string[] = [
  "process",
  "require",
  "module",
  "global",
  "Buffer",
  "fetch",
  "setImmediate",
  "__dirname",
];

/** Ways from an object to the realm that it comes from. */
const waysOut: readonly string[] = [
  "value.constructor.constructor('return typeof process')()",
  "Object.getPrototypeOf(value).constructor.constructor('return typeof process')()",
  "(value.__proto__ ?? {}).constructor.constructor('return typeof process')()",
];

const service = {
  get: (): unknown => ({ kept: ["here"] }),
  fail: (): never => {
    throw new Error("of the host");
  },
};
const lent = { permissions: { services: { articles: "*" } }, context: { articles: service } } as const;

/** What code cannot reach. */
export const isolationCases: readonly PluginSandboxCase[] = [
  sandboxCase("isolation", "there is nothing of Node in an isolate", async ({ isolate, run }) => {
    const within = await isolate();
    for (const name of hostNames) assert.equal(await run(`typeof ${name}`, { in: within }), "undefined", name);
    await expectCode("ERR_PLUGIN_THREW", () => run("import('node:fs')", { in: within }));
  }),
  sandboxCase("isolation", "no object leads to the host's realm", async ({ isolate, run }) => {
    const within = await isolate(lent.permissions);
    const values = [
      "globalThis",
      "context",
      "context.articles",
      "context.articles.get",
      "(await context.articles.get())",
      "(await context.articles.get()).kept",
      "(context.articles.get())",
      "(await context.articles.fail().catch((error) => error))",
    ];
    for (const value of values)
      for (const way of waysOut) {
        const code = `const value = ${value}; try { return ${way}; } catch { return "undefined"; }`;
        assert.equal(await run(code, { in: within, with: lent.context }), "undefined", `${value}: ${way}`);
      }
  }),
  sandboxCase("isolation", "an error of a service says nothing of the host", async ({ isolate, run }) => {
    const within = await isolate(lent.permissions);
    const code =
      "return context.articles.fail().catch((error) => [error.code, String(error.message) + error.stack + Object.keys(error)]);";
    const [told, words] = (await run(code, { in: within, with: lent.context })) as readonly [unknown, string];
    assert.equal(told, "ERR_PLUGIN_SERVICE");
    assert.doesNotMatch(words, /of the host|node:|file:|\.ts\b|node_modules/);
  }),
  sandboxCase("isolation", "isolates do not see each other", async ({ isolate, run }) => {
    const [one, other] = [await isolate(), await isolate()];
    await run("globalThis.secret = 'mine'; Object.prototype.planted = 1; Array.prototype.map = () => 'theirs'; 1", {
      in: one,
    });
    assert.deepEqual(await run("[typeof secret, typeof ({}).planted, [1].map((x) => x)]", { in: other }), [
      "undefined",
      "undefined",
      [1],
    ]);
    assert.equal(await run("secret", { in: one }), "mine");
  }),
  sandboxCase("isolation", "the host's realm is not changed", async ({ isolate, run }) => {
    const taken: unknown[] = [];
    const context = { articles: { get: (value: unknown) => void taken.push(value) } };
    const within = await isolate(lent.permissions);
    const hostile = `JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}')`;
    taken.push(await run(hostile, { in: within }));
    await run(`context.articles.get(${hostile})`, { in: within, with: context });
    await run("Object.prototype.polluted = 1; ({}).constructor.prototype.polluted = 1; ({ a: 1 })", { in: within });
    assert.equal(taken.length, 2);
    for (const value of [{}, [], ...taken])
      assert.equal((value as { readonly polluted?: unknown }).polluted, undefined);
  }),
  sandboxCase(
    "isolation",
    "a plugin that has spoilt its realm spoils nothing of the host's",
    async ({ isolate, run }) => {
      const within = await isolate(lent.permissions);
      const spoilt =
        "for (const each of [Promise, Array, Object, Function]) for (const name of Object.getOwnPropertyNames(each.prototype)) " +
        "try { each.prototype[name] = () => { throw new Error('spoilt') } } catch {} 1";
      await run(spoilt, { in: within }).catch(() => undefined);
      await run("context.articles.get()", { in: within, with: lent.context }).catch(() => undefined);
      assert.equal(await run("40 + 2"), 42);
    },
  ),
];
