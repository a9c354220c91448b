import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createInMemoryFileSystem,
  type Diagnostic,
  defineModule,
  type GuestFunction,
  guestFunction,
  type HostCall,
  hostFunction,
  type ModuleAccessRequest,
  type NodeRuntime,
  type RunResult,
} from "../src/index.ts";
import { createRuntime, sampledKinds } from "./worlds.ts";

const filesystem = createInMemoryFileSystem();
let handler: GuestFunction<(value: number) => number> | undefined;
let closed = 0;
let made = 0;

const thing = defineModule({
  version: 3,
  settings: { tags: new Set(["a"]), since: new Date(0) },
  add: (a: number, b: number): number => a + b,
  query: async (sql: string, args: unknown[]): Promise<unknown> => ({ sql, args }),
  promised: (value: unknown): Promise<unknown> => Promise.resolve(value),
  routes: { list: (prefix: string): string[] => [`${prefix}/1`], inner: { depth: (): number => 2 } },
  fail: (): never => {
    throw Object.assign(new RangeError("out of paper"), { code: "E_PAPER", secret: "/home/host" });
  },
  failCustom: async (): Promise<never> => {
    throw Object.assign(new Error("custom"), { name: "PaperError" });
  },
  readsFile: (path: string): unknown => new TextDecoder().decode(filesystem.readFile(path)),
  async *count(to: number): AsyncGenerator<number> {
    try {
      for (let value = 1; value <= to; value += 1) {
        made += 1;
        yield value;
      }
    } finally {
      closed += 1;
    }
  },
  on: hostFunction({
    parameters: [guestFunction<(value: number) => number>()],
    run: (_call, callback) => {
      handler = callback;
    },
  }),
  handler: (): unknown => handler,
});

describe.each(sampledKinds)("a module of the host, in %s cells", (cells) => {
  const diagnostics: Diagnostic[] = [];
  const asked: ModuleAccessRequest[] = [];
  let runtime: NodeRuntime;

  beforeAll(() => {
    runtime = createRuntime({
      cells,
      filesystem,
      diagnostics,
      permissions: {
        fs: () => true,
        module: (request) => {
          asked.push(request);
          return request.function !== "forbidden" || { allow: false, reason: "not on a Sunday" };
        },
      },
      modules: {
        "host:thing": thing,
        "host:forbidden": defineModule({ forbidden: (): void => expect.unreachable("it is denied") }),
      },
    });
  });

  afterAll(() => runtime.dispose());

  const run = (code: string): Promise<RunResult<Record<string, unknown>>> =>
    runtime.run<Record<string, unknown>>(code, "/program.mjs");

  test("is imported by its name: as an ES module, by require() and by import(), each time the same", async () => {
    const { exports, errorMessage } = await run(`
      import whole, { version, add, settings } from "host:thing";
      import * as namespace from "host:thing";
      import { createRequire, isBuiltin } from "node:module";
      const required = createRequire("/program.mjs")("host:thing");
      const later = await import("host:thing");
      export const same = [whole === required, later.default === whole, namespace.add === add, required.add === add];
      export const names = Object.keys(whole);
      export const sum = add(1, 2);
      export { version, settings };
      export const known = isBuiltin("host:thing");
    `);
    expect(errorMessage).toBeUndefined();
    expect(exports).toMatchObject({ same: [true, true, true, true], version: 3, sum: 3, known: true });
    expect(exports?.["settings"]).toEqual({ tags: new Set(["a"]), since: new Date(0) });
    expect(exports?.["names"]).toContain("routes");
  });

  test("is imported by CommonJS programs", async () => {
    const code = `const { add, default: none } = require("host:thing"); module.exports = [add(2, 3), none];`;
    const { exports } = await runtime.run(code, "/program.cjs");
    expect(exports).toEqual([5, undefined]);
  });

  test("is found under its name alone", async () => {
    const code = `export const found = await Promise.all(["host:other", "thing", "node:host:thing/x", "host:thing/"].map(
      (name) => import(name).then(() => name, (error) => error.code)));`;
    const { exports } = await run(code);
    expect(exports?.["found"]).toEqual([
      "ERR_MODULE_NOT_FOUND",
      "ERR_MODULE_NOT_FOUND",
      "ERR_UNKNOWN_BUILTIN_MODULE",
      "ERR_MODULE_NOT_FOUND",
    ]);
  });

  test("has synchronous functions, asynchronous ones, and those that answer by promise", async () => {
    const { exports } = await run(`
      import { add, query, promised, routes } from "host:thing";
      const asynchronous = query("select", [1n, new Map([[1, { a: undefined }]])]);
      const first = promised("first");
      export const kinds = [typeof add(1, 1), asynchronous instanceof Promise, first instanceof Promise];
      export const values = [await asynchronous, await first, await promised("second"), routes.list("/items")];
      export const many = await Promise.all(Array.from({ length: 500 }, (_, index) => query("q", [index])));
      export const depth = routes.inner.depth();
    `);
    expect(exports?.["kinds"]).toEqual(["number", true, true]);
    expect(exports?.["values"]).toEqual([
      { sql: "select", args: [1n, new Map([[1, { a: undefined }]])] },
      "first",
      "second",
      ["/items/1"],
    ]);
    expect(exports?.["many"]).toEqual(Array.from({ length: 500 }, (_, index) => ({ sql: "q", args: [index] })));
    expect(exports?.["depth"]).toBe(2);
  });

  test("gives errors with name, code and message, and nothing else of the host", async () => {
    const { exports } = await run(`
      import { fail, failCustom } from "host:thing";
      const tell = (error) => [error instanceof Error, error.constructor.name, error.name, error.code, error.message,
        Object.keys(error), error.stack.split("\\n").filter((line) => !/program\\.mjs|node:internal/.test(line)).slice(1)];
      try { fail(); } catch (error) { var first = tell(error); }
      export const errors = [first, await failCustom().catch(tell)];
    `);
    expect(exports?.["errors"]).toEqual([
      [true, "RangeError", "RangeError", "E_PAPER", "out of paper", ["code"], []],
      [true, "Error", "PaperError", undefined, "custom", [], []],
    ]);
    expect(JSON.stringify(exports)).not.toMatch(/\/home\/host|vivarium\/test|host-modules/);
  });

  test("leaves stacks of errors that are values in the host, too", async () => {
    const held = new TypeError("held", { cause: new Error("inner") });
    const errors = defineModule({
      constant: held,
      value: () => held,
      settled: async () => Promise.allSettled([Promise.reject(held)]),
      async *bits() {
        yield held;
      },
    });
    const { exports } = await runtime.run<{ stacks: unknown[] }>(
      `import { constant, value, settled, bits } from "host:errors";
      const [{ reason }] = await settled();
      const all = [constant, value(), reason, (await bits().next()).value];
      export const stacks = all.flatMap((error) => [error.message, error.stack, error.cause.stack]);`,
      { filePath: "/program.mjs", modules: { "host:errors": errors } },
    );
    expect(exports?.stacks).toEqual(Array.from({ length: 4 }, () => ["held", undefined, undefined]).flat());
    await using guest = await runtime.load<{ look(error: Error): unknown }>(
      "export const look = (error) => [error.message, error.stack];",
      "/plugin.mjs",
    );
    expect(await guest.call("look", [held])).toEqual(["held", undefined]);
  });

  test("says where the program had called what has failed by promise", async () => {
    const { exports } = await run(`
      import { failCustom } from "host:thing";
      async function asksForPaper() { await failCustom(); }
      export const stack = await asksForPaper().catch((error) => error.stack);
    `);
    expect(exports?.["stack"]).toMatch(/^\w*Error: custom\n {4}at asksForPaper \(\S*program\.mjs:3:45\)/);
  });

  test("settles what it has promised, whatever the program makes of stacks", async () => {
    const { exports } = await run(`
      import { failCustom } from "host:thing";
      const asked = failCustom();
      Error.prepareStackTrace = () => { throw new Error("no stack"); };
      export const message = await asked.catch((error) => error.message);
      delete Error.prepareStackTrace;
    `);
    expect(exports).toEqual({ message: "custom" });
  });

  test("names what was asked for to the embedder when its check throws", async () => {
    const told: Diagnostic[] = [];
    await using strict = createRuntime({
      cells,
      diagnostics: told,
      permissions: {
        module: () => {
          throw new Error("the check has a fault");
        },
      },
      modules: { "host:thing": thing },
    });
    const code = `import { add } from "host:thing"; try { add(1, 2); } catch ({ code }) { var refused = code; } export { refused };`;
    expect((await strict.run(code, "/program.mjs")).exports).toEqual({ refused: "EACCES" });
    expect(told.map(({ message }) => message)).toEqual([
      'Denied call "add" of "host:thing": the permission check threw',
    ]);
  });

  test("takes functions anywhere where it says so, and no guest gets another's", async () => {
    let kept: GuestFunction | undefined;
    const plugins = defineModule({
      register: hostFunction({
        takesFunctions: true,
        run: (_call, plugin: { id: string; handler: GuestFunction }) => {
          kept = plugin.handler;
        },
      }),
      foreign: (): unknown => ({ kept }),
    });
    const options = { filePath: "/program.mjs", modules: { "host:plugins": plugins } };
    const code = `import { register } from "host:plugins"; register({ id: "a", handler: (x) => x + 1 });`;
    await using _first = await runtime.load(code, options);
    expect(await kept?.call([1])).toBe(2);
    diagnostics.length = 0;
    const { exports } = await runtime.run(
      `import { foreign } from "host:plugins"; try { foreign(); } catch ({ code }) { var refused = code; } export { refused };`,
      options,
    );
    expect(exports).toEqual({ refused: "ERR_HOST_FUNCTION" });
    expect(diagnostics[0]?.message).toContain("a function of another guest");
    await using second = await runtime.load("export const take = () => 1;", "/plugin.mjs");
    await expect(second.call("take", [kept])).rejects.toMatchObject({ code: "ERR_UNEXPORTABLE_VALUE" });
  });

  test("has a signal for each call, which is forgotten with it", async () => {
    const signals: AbortSignal[] = [];
    const signalled = defineModule({
      note: hostFunction({ run: async ({ signal }: HostCall) => void signals.push(signal) }),
      hang: hostFunction({
        run: ({ signal }: HostCall): Promise<never> => {
          signals.push(signal);
          return new Promise(() => undefined);
        },
      }),
    });
    await runtime.run(`import { note, hang } from "host:s"; await note(); await note(); hang(); process.exit();`, {
      filePath: "/program.mjs",
      modules: { "host:s": signalled },
    });
    await expect.poll(() => signals.map(({ aborted }) => aborted)).toEqual([false, false, true]);
  });

  test("asks the check with a copy of the arguments, and denies with EACCES", async () => {
    asked.length = 0;
    const { exports } = await run(`
      import { add } from "host:thing";
      import { forbidden } from "host:forbidden";
      add(1, 2);
      try { forbidden({ deep: [1] }); } catch ({ code, message }) { var denied = { code, message }; }
      export { denied };
    `);
    const message = "EACCES: permission denied (not on a Sunday), call forbidden() of 'host:forbidden'";
    expect(exports?.["denied"]).toEqual({ code: "EACCES", message });
    expect(asked).toEqual([
      { module: "host:thing", function: "add", args: [1, 2] },
      { module: "host:forbidden", function: "forbidden", args: [{ deep: [1] }] },
    ]);
    expect(Object.isFrozen(asked[0])).toBe(true);
  });

  test("takes functions of the guest where it says so, calls them, and gives them back", async () => {
    await using guest = await runtime.load(
      `
      import { on, handler, add } from "host:thing";
      const double = (value) => value * 2;
      on(double);
      export const same = () => handler() === double;
      export const elsewhere = () => { try { add(double); } catch ({ code, message }) { return [code, message]; } };
      export const again = () => on(double);
      on(double);
    `,
      "/plugin.mjs",
    );
    const taken = handler;
    expect(await taken?.call([21])).toBe(42);
    expect(await guest.call("same")).toBe(true);
    expect(await guest.call("elsewhere")).toEqual([
      "ERR_UNEXPORTABLE_VALUE",
      "Cannot call add() of host:thing with these arguments: arguments[0] is a function",
    ]);
    taken?.release();
    await expect(taken?.call([1])).rejects.toMatchObject({ code: "ERR_CALL_FAILED", detail: { reason: "ended" } });
    await guest.call("again");
    expect(handler).not.toBe(taken);
    expect(await handler?.call([4])).toBe(8);
    await guest.dispose();
    await expect(handler?.call([1])).rejects.toMatchObject({ code: "ERR_CALL_FAILED", detail: { reason: "ended" } });
  });

  test("calls functions of a program that does not stay, as long as that is there", async () => {
    const mine = defineModule({
      each: hostFunction({
        parameters: [guestFunction<(value: number) => number>()],
        run: async (_call, callback) => [await callback.call([1]), await callback.call([2])],
      }),
      keep: hostFunction({
        parameters: [guestFunction<(value: number) => number>()],
        run: (_call, callback) => {
          handler = callback;
        },
      }),
    });
    const result = await runtime.run(
      `import { each, keep } from "host:mine"; keep((x) => x); export const doubled = await each(async (x) => x * 2);`,
      { filePath: "/program.mjs", modules: { "host:mine": mine } },
    );
    expect(result.exports).toEqual({ doubled: [2, 4] });
    await expect(handler?.call([1])).rejects.toMatchObject({ code: "ERR_CALL_FAILED", detail: { reason: "ended" } });
  });

  test("returns async iterables, whose values are made when they are wanted, and which end when nobody wants more", async () => {
    made = 0;
    closed = 0;
    const { exports } = await run(`
      import { count } from "host:thing";
      export const all = await Array.fromAsync(count(3));
      export const some = [];
      for await (const value of count(1000)) { some.push(value); if (value === 2) break; }
      const iterator = count(2);
      export const steps = [await iterator.next(), await iterator.next(), await iterator.next(), await iterator.next()];
    `);
    expect(exports).toMatchObject({ all: [1, 2, 3], some: [1, 2] });
    const done = { done: true, value: undefined };
    expect(exports?.["steps"]).toEqual([{ done: false, value: 1 }, { done: false, value: 2 }, done, done]);
    expect(made).toBe(3 + 2 + 2);
    expect(closed).toBe(3);
  });

  test("closes an iterable whose guest has ended", async () => {
    closed = 0;
    await run(`import { count } from "host:thing"; const it = count(10); await it.next(); process.exit(0);`);
    await expect.poll(() => closed).toBe(1);
  });

  test("takes and gives long content, also where the guest waits", async () => {
    const echo = defineModule({ now: (value: unknown) => value, later: async (value: unknown) => value });
    const { exports } = await runtime.run(
      `import { now, later } from "host:echo"; const bytes = new Uint8Array(2_000_000).fill(7);
      export const lengths = [now(bytes).length, (await later(bytes)).at(-1), now("x".repeat(300_000)).length];`,
      { filePath: "/program.mjs", modules: { "host:echo": echo } },
    );
    expect(exports).toEqual({ lengths: [2_000_000, 7, 300_000] });
  });

  test("sees files as the guest has left them", async () => {
    const { exports, errorMessage } = await run(`
      import { writeFileSync } from "node:fs";
      import { readsFile } from "host:thing";
      export const seen = [];
      for (const text of ["one", "two"]) { writeFileSync("/note.txt", text); seen.push(readsFile("/note.txt")); }
    `);
    expect(errorMessage).toBeUndefined();
    expect(exports?.["seen"]).toEqual(["one", "two"]);
  });

  test("ends a call with its own time, or with its run, and the function hears of it", async () => {
    const reasons: unknown[] = [];
    const wait = ({ signal }: HostCall): Promise<never> =>
      new Promise(() => signal.addEventListener("abort", () => reasons.push(signal.reason)));
    const waiting = defineModule({
      brief: hostFunction({ timeoutMs: 20, run: wait }),
      long: hostFunction({ run: wait }),
    });
    const { exports, outcome } = await runtime.run(
      `import { brief, long } from "host:waiting"; long();
      export const error = await brief().catch(({ code, message }) => ({ code, message })); process.exit(0);`,
      { filePath: "/program.mjs", modules: { "host:waiting": waiting } },
    );
    expect(outcome.kind).toBe("exited");
    expect(exports).toEqual(undefined);
    await expect
      .poll(() => reasons)
      .toMatchObject([{ code: "ERR_HOST_CALL_TIMEOUT" }, { message: "the guest has ended" }]);
  });

  test("tells the embedder of what cannot cross, and the guest that its call has failed", async () => {
    diagnostics.length = 0;
    const odd = defineModule({
      function: () => () => 1,
      promiseInside: () => ({ inner: Promise.resolve(1) }),
      throwsProxy: () => {
        throw new Proxy({}, {});
      },
      throwsText: () => Promise.reject("text"),
    });
    const { exports } = await runtime.run(
      `import * as odd from "host:odd"; export const codes = {};
      for (const [name, call] of Object.entries(odd)) if (name !== "default")
        try { codes[name] = await call(); } catch ({ code, message }) { codes[name] = code ?? message; }`,
      { filePath: "/program.mjs", modules: { "host:odd": odd } },
    );
    const fault = "ERR_HOST_FUNCTION";
    expect(exports).toEqual({
      codes: { function: fault, promiseInside: fault, throwsProxy: fault, throwsText: "text" },
    });
    expect(diagnostics.map(({ code }) => code)).toEqual([fault, fault, fault]);
    expect(diagnostics[0]?.message).toContain("the result is a function");
  });
});

describe("a module of the host, in process cells", () => {
  test("has functions for whose promise the guest waits, while the host goes on", async () => {
    await using runtime = createRuntime({ cells: "process" });
    let turns = 0;
    const slow = defineModule({
      wait: hostFunction({ isSync: true, run: async (_call, ms: number) => sleep(ms, "waited") }),
    });
    const timer = setInterval(() => (turns += 1), 5);
    const options = { filePath: "/program.mjs", modules: { "host:slow": slow } };
    const { exports } = await runtime.run(`import { wait } from "host:slow"; export const value = wait(100);`, options);
    clearInterval(timer);
    expect(exports).toEqual({ value: "waited" });
    expect(turns).toBeGreaterThan(3);
  });

  test("cannot have them in inline cells, where the guest is told so", async () => {
    await using runtime = createRuntime({ cells: "inline" });
    const slow = defineModule({ wait: hostFunction({ isSync: true, run: async () => sleep(1) }) });
    const options = { filePath: "/program.mjs", modules: { "host:slow": slow } };
    const { exports } = await runtime.run(
      `import { wait } from "host:slow"; try { wait(); } catch ({ code }) { var error = code; } export { error };`,
      options,
    );
    expect(exports).toEqual({ error: "ENOTSUP" });
  });
});
