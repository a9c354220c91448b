import { strict as assert } from "node:assert";
import { expectCode } from "./expectations.ts";
import { type PluginSandboxCase, sandboxCase } from "./sandbox-case.ts";

const exoticThrows: readonly string[] = [
  "undefined",
  "null",
  "0",
  "Symbol('thrown')",
  "() => 1",
  "{ message: 'no error', code: 1 }",
  "Object.create(null)",
  "new Proxy({}, { get() { throw new Error('trap') }, getPrototypeOf() { throw new Error('trap') } })",
  "Object.defineProperty(new Error('x'), 'message', { get() { throw new Error('getter') } })",
  "Object.assign(new Error('x'), { stack: { toString() { throw new Error('text') } }, name: Symbol('name') })",
  "(() => { const own = {}; own.own = own; return own; })()",
  "new Error('long'.repeat(100000))",
];

/** What code comes to. */
export const executionCases: readonly PluginSandboxCase[] = [
  sandboxCase("execution", "a script comes to what its last statement does", async ({ run }) => {
    assert.equal(await run("const half = 21; half * 2"), 42);
    assert.equal(await run("// await and return are words here\n'await return'"), "await return");
    assert.equal(await run("let y = 1;"), undefined);
  }),
  sandboxCase("execution", "what has `return` or `await` of its own runs, too", async ({ run }) => {
    assert.equal(await run("const value = await Promise.resolve(41); return value + 1;"), 42);
    assert.equal(await run("return 42"), 42);
    assert.equal(await run("await Promise.resolve(42)"), 42);
    assert.equal(await run("await (Promise.resolve(42))"), 42);
  }),
  sandboxCase("execution", "a promise is awaited", async ({ run }) => {
    assert.equal(await run("Promise.resolve().then(() => 42)"), 42);
    await expectCode("ERR_PLUGIN_THREW", () => run("Promise.reject(new Error('late'))"));
  }),
  sandboxCase("execution", "whoever answers twice has answered once", async ({ run }) => {
    assert.equal(await run("({ then(done) { done(1); done(2); throw new Error('and thrown'); } })"), 1);
  }),
  sandboxCase("execution", "results are data, nested as they are", async ({ run }) => {
    const result = await run(
      "({ list: [1, 'two', null], when: new Date(0), map: new Map([['a', 1n]]), bytes: Uint8Array.of(1, 2) })",
    );
    assert.deepEqual(result, {
      list: [1, "two", null],
      when: new Date(0),
      map: new Map([["a", 1n]]),
      bytes: Uint8Array.of(1, 2),
    });
    const { when } = result as { readonly when: unknown };
    assert.ok(when instanceof Date, "objects of the host's own realm");
  }),
  sandboxCase("execution", "what is no data is no result", async ({ run }) => {
    for (const result of [
      "() => 1",
      "({ f() {} })",
      "(function* () {})()",
      "(async function* () {})()",
      "Symbol('it')",
    ])
      await expectCode("ERR_PLUGIN_THREW", () => run(result));
  }),
  sandboxCase("execution", "an error that is thrown is the cause", async ({ run }) => {
    const error = await expectCode("ERR_PLUGIN_THREW", () => run("throw new RangeError('too far')"));
    assert.match(error.message, /too far/);
    assert.ok(error.cause instanceof Error);
    assert.equal(error.cause.message, "too far");
    const { cause } = await expectCode("ERR_PLUGIN_THREW", () => run("throw { reason: ['it'] }"));
    assert.deepEqual(cause, { reason: ["it"] });
  }),
  sandboxCase(
    "execution",
    "whatever is thrown ends one execution, and is told within bounds",
    async ({ isolate, run }) => {
      const within = await isolate();
      for (const thrown of exoticThrows) {
        const error = await expectCode("ERR_PLUGIN_THREW", () => run(`throw ${thrown}`, { in: within }));
        assert.ok(error.message.length < 1_000, `${error.message.length} characters`);
      }
      assert.equal(await run("'still here'", { in: within }), "still here");
    },
  ),
  sandboxCase("execution", "nothing of code runs that cannot be parsed, and none twice", async ({ isolate, run }) => {
    const within = await isolate();
    await expectCode("ERR_PLUGIN_THREW", () => run("globalThis.runs = 1; let = =", { in: within }));
    assert.equal(await run("typeof runs", { in: within }), "undefined");
    const twice = "globalThis.runs = (globalThis.runs ?? 0) + 1; JSON.parse('{')";
    await expectCode("ERR_PLUGIN_THREW", () => run(twice, { in: within }));
    assert.equal(await run("runs", { in: within }), 1);
  }),
  sandboxCase("execution", "executions of an isolate share its global scope", async ({ isolate, run }) => {
    const within = await isolate();
    await run("globalThis.kept = 42", { in: within });
    assert.equal(await run("kept", { in: within }), 42);
  }),
  sandboxCase("execution", "code is a string", async ({ sandbox, isolate }) => {
    const within = await isolate();
    for (const code of [undefined, null, 1, { toString: () => "1" }, ["1"]])
      await expectCode("ERR_PLUGIN_ARGUMENT", () => sandbox.executeInSandbox(within, code as string, {}));
  }),
];
