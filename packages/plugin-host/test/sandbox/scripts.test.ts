import { beforeAll, describe, expect, it } from "vitest";
import type { PluginError } from "../../src/index.ts";
import { sandboxUnderTest } from "../support/sandbox.ts";

const sandbox = sandboxUnderTest();
let runs: Awaited<ReturnType<typeof sandbox.isolate>>;

beforeAll(async () => {
  runs = await sandbox.isolate();
});

describe("code in a sandbox", () => {
  it.each<readonly [code: string, value: unknown]>([
    ["", undefined],
    ["1 + 1", 2],
    ["const a = 20; a + 1", 21],
    ["if (true) { 'in'; }", "in"],
    ["for (const n of [1, 2]) n * 2", 4],
    ["function f() { return 1 } f()", 1],
    ["let context; typeof context", "undefined"],
    ["return 7", 7],
    ["if (false) return 1; return 2", 2],
    ["await 7", 7],
    ["await (7)", 7],
    ["await [7][0];\n", 7],
    ["(await Promise.resolve({ a: 1 })).a", 1],
    ["await Promise.all([1, 2].map(async (n) => n * 2)) // and no `return`", [2, 4]],
    ["const n = await 3; return n + 4", 7],
    ["const n = await 3; n + 4", undefined],
    ["for await (const n of [1]) return n", 1],
    ["// await\n7", 7],
    ["/* return await */ 7", 7],
    ["'await return'", "await return"],
    ["`await`", "await"],
    ["const awaited = 1; awaited", 1],
    ["(async () => await 7)()", 7],
    ["async function f() { return await 7 } f()", 7],
    ["var await = 7; await", 7],
    ["'use strict'; (function () { return this === undefined })()", true],
    ["(function () { return this === globalThis })()", true],
    ["new Promise((resolve) => resolve(7))", 7],
    ["eval('3 + 4')", 7],
    ["({ then: (resolve) => resolve(7) })", 7],
  ])("%j comes to %j", async (code, value) => {
    expect(await runs(code)).toEqual(value);
  });

  it.each<readonly [code: string, message: string | RegExp]>([
    ["let y = {", /SyntaxError: Unexpected end of input/],
    ["return {", /SyntaxError/],
    ["await (", /SyntaxError/],
    ["1); throw new Error('run'); (2", /SyntaxError: Unexpected token '\)'/],
    ["}); throw new Error('run'); (function () {", /SyntaxError: Unexpected token '}'/],
    ["return 1 }, function () { throw new Error('run')", /SyntaxError/],
    ["return 1; } throw new Error('run'); {", /SyntaxError/],
    ["'use strict'; with ({}) {}", /SyntaxError: Strict mode code/],
    ["'use strict'; undeclared = 1", /ReferenceError: undeclared is not defined/],
    ["JSON.parse('{')", /SyntaxError: .*JSON/],
    ["eval('let = =')", /SyntaxError/],
    ["null.x", /TypeError/],
    ["throw { a: 1, b: ['x'] }", "It has thrown: { a: 1, b: [ 'x' ] }"],
    ["throw [1, 2]", "It has thrown: [ 1, 2 ]"],
    ["throw 'only words'", "It has thrown: only words"],
    ["throw undefined", "It has thrown: undefined"],
    ["throw new TypeError('two\\nlines')", "It has thrown: TypeError: two lines"],
    ["throw new Error('x'.repeat(5000))", /^It has thrown: Error: x{200,300}…$/],
    ["throw { text: 'x'.repeat(5000) }", /^.{50,320}$/],
  ])("%j fails with %s", async (code, message) => {
    const error: unknown = await runs(code).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ERR_PLUGIN_THREW" });
    expect((error as PluginError).message).toMatch(message);
  });

  it("does not run twice what throws a SyntaxError as it runs, or is refused where it is read", async () => {
    const count = "globalThis.count = (globalThis.count ?? 0) + 1;";
    for (const code of [
      `${count} JSON.parse('{')`,
      `${count} eval('let = =')`,
      `${count} await (async () => JSON.parse('{'))()`,
      `${count} return JSON.parse('{')`,
    ])
      await runs(code).catch(() => undefined);
    expect(await runs("count")).toBe(4);
    for (const code of [`${count} let = =`, `${count} return {`, `${count} await (`])
      await runs(code).catch(() => undefined);
    expect(await runs("count")).toBe(4);
  });

  it("keeps to itself what it declares, and shares what it makes global", async () => {
    await runs("var own = 1; let mine = 2; globalThis.shared = 3; loose = 4");
    expect(await runs("[typeof own, typeof mine, shared, loose]")).toEqual(["undefined", "undefined", 3, 4]);
  });

  it("finds a context that it cannot change", async () => {
    const code =
      "'use strict'; const tries = [() => { context.more = 1 }, () => { context.cache.get = 1 }, () => { delete context.cache }]; tries.map((each) => { try { each(); return 'done' } catch (error) { return error.name } })";
    expect(await sandbox.run(code, { cache: { get: () => 1 } })).toEqual(["TypeError", "TypeError", "TypeError"]);
  });
});
