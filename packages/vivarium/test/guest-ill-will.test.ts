import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { watchTurns } from "../scripts/endurance/watch-turns.ts";
import {
  defineModule,
  type Guest,
  type GuestFunction,
  guestFunction,
  hostFunction,
  isVivariumError,
  type NodeRuntime,
} from "../src/index.ts";
import { createRuntime, sampledKinds } from "./worlds.ts";

const callback = guestFunction<(...args: unknown[]) => unknown>();
let closed = 0;
const held: (() => void)[] = [];
/** Calls and iterables whose arguments are in the host, and the most that there have been. */
let holding = 0;
let mostHeld = 0;
let kept: GuestFunction<(...args: unknown[]) => unknown> | undefined;

/** What has become of something, for a comparison. */
async function fate(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return isVivariumError(error, "ERR_CALL_FAILED") ? `${error.detail.reason}: ${error.detail.problem}` : error;
  }
}

const host = defineModule({
  id: async (value: unknown) => value,
  same: (value: unknown) => value,
  count: (...args: unknown[]) => args.length,
  hold: async (value: unknown[]) => {
    mostHeld = Math.max(mostHeld, ++holding);
    await new Promise<void>((resolve) => held.push(resolve));
    holding -= 1;
    return value.length;
  },
  letGo: () => {
    for (const resolve of held.splice(0)) resolve();
  },
  numbersOf: (value: unknown[]): AsyncIterable<number> => {
    mostHeld = Math.max(mostHeld, ++holding);
    const end = async () => {
      holding -= 1;
      return { done: true as const, value: undefined };
    };
    return {
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: value.length }), return: end }),
    };
  },
  later: async (value: unknown) => {
    await sleep(20);
    return value;
  },
  call: hostFunction({ parameters: [callback], run: (_call, given) => fate(given.call([])) }),
  keep: hostFunction({
    parameters: [callback],
    run: (_call, given) => {
      kept = given;
    },
  }),
  async *numbers() {
    try {
      for (let value = 0; ; value += 1) yield value;
    } finally {
      closed += 1;
    }
  },
});

/** What the program's `go` is, and what becomes of a call of it. */
const results: readonly (readonly [what: string, go: string, fate: unknown])[] = [
  ["a thenable that settles three times", "() => ({ then(a, b) { a(1); a(2); b(3); } })", 1],
  ["a thenable that throws", "() => ({ then() { throw 5; } })", "threw: 5"],
  ["a thenable that never settles", "() => ({ then() {} })", "timeout: it took longer than 300 ms"],
  ["a proxy", "() => new Proxy({}, {})", "unexportable: the result is a proxy"],
  ["a proxy in a proxy's place", "() => ({ a: [new Proxy({}, {})] })", "unexportable: the result.a[0] is a proxy"],
  ["a proxy that throws", "() => new Proxy({}, { get() { throw new Error('trap'); } })", "threw: Error: trap"],
  [
    "a revoked proxy",
    "() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; }",
    "threw: TypeError: Cannot perform 'get' on a proxy that has been revoked",
  ],
  [
    "a getter that throws",
    "() => ({ get a() { throw new Error('getter'); } })",
    "unexportable: the result.a: its getter threw: getter",
  ],
  ["a getter that calls the host", "() => ({ get a() { return host.same([1]); } })", { a: [1] }],
  ["a function", "() => () => 1", "unexportable: the result is a function"],
  ["an instance with methods", "() => new (class { a = 1; b() {} })()", { a: 1 }],
  ["an error with getters", "() => { throw { get message() { throw 1; }, get stack() { throw 2; } }; }", /^threw: /],
  ["a symbol, thrown later", "async () => { throw Symbol('x'); }", "threw: Symbol(x)"],
  [
    "a getter where an async iterator is looked for",
    "() => ({ get [Symbol.asyncIterator]() { throw new Error('no'); } })",
    "threw: Error: no",
  ],
  [
    "what gives no async iterator",
    "() => ({ [Symbol.asyncIterator]: () => 5 })",
    "threw: TypeError: What Symbol.asyncIterator has answered is not an object",
  ],
];

const iterator = (methods: string): string => `() => ({ [Symbol.asyncIterator]: () => (${methods}) })`;

/** What an async iterable gives, up to three values, and what ends it. */
const iterables: readonly (readonly [what: string, go: string, values: readonly unknown[]])[] = [
  ["has no next", iterator("{ next: 5 }"), ["threw: TypeError: next of the async iterator is not a function"]],
  [
    "answers junk",
    iterator("{ next: () => 5 }"),
    ["threw: TypeError: What the async iterator has answered is not an object"],
  ],
  [
    "answers nothing",
    iterator("{ next: () => undefined }"),
    ["threw: TypeError: What the async iterator has answered is not an object"],
  ],
  [
    "answers getters that throw",
    iterator("{ next: () => ({ get done() { throw new Error('done'); } }) }"),
    ["threw: Error: done"],
  ],
  [
    "answers a thenable of a thenable",
    iterator("{ next: () => ({ then(a) { a({ done: false, value: { then() {} } }); } }) }"),
    ["unexportable: the result.then is a function"],
  ],
  ["is a proxy", iterator("new Proxy({}, { get: () => () => ({ done: false, value: 1 }) })"), [1, 1, 1]],
  ["never ends", "async function* () { for (;;) yield 1; }", [1, 1, 1]],
  ["throws later", "async function* () { yield 1; throw new Error('later'); }", [1, "threw: Error: later"]],
  [
    "throws in return",
    "async function* () { try { for (;;) yield 1; } finally { throw new Error('return'); } }",
    [1, 1, 1, "threw: Error: return"],
  ],
  [
    "has a return that is no function",
    iterator("{ next: () => ({ done: false, value: 1 }), return: 7 }"),
    [1, 1, 1, "threw: TypeError: return of the async iterator is not a function"],
  ],
  [
    "does not come back from return",
    iterator("{ next: () => ({ done: false, value: 1 }), return: () => new Promise(() => {}) }"),
    [1, 1, 1, "timeout: it took longer than 300 ms"],
  ],
];

async function valuesOf(iterable: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const values: unknown[] = [];
  try {
    for await (const value of iterable) if (values.push(value) === 3) break;
  } catch (error) {
    values.push(await fate(Promise.reject(error)));
  }
  return values;
}

/** What one guest does, time and again: nothing that it has done harms what comes next. */
const allGoes = [...results, ...iterables].map(([, go]) => go);

interface Program {
  go(...args: unknown[]): unknown;
  collect(): Promise<void>;
  given(...args: unknown[]): unknown;
}

describe.each(sampledKinds)("a hostile guest in a %s cell", (cells) => {
  let runtime: NodeRuntime;
  let shared: Guest<Record<string, () => unknown>>;
  beforeAll(async () => {
    runtime = createRuntime({ cells, modules: { "host:x": host } });
    shared = await runtime.load<Record<string, () => unknown>>(
      `import host from "host:x"; ${allGoes.map((go, index) => `export const go${index} = ${go};`).join("\n")}`,
      { filePath: "/program.mjs", memoryLimit: 64 },
    );
  });
  afterAll(() => runtime.dispose());

  const load = (code: string, memoryLimit = 64): Promise<Guest<Program>> =>
    runtime.load<Program>(`import host from "host:x"; ${code}`, { filePath: "/program.mjs", memoryLimit });
  const loadGo = (go: string): Promise<Guest<Program>> => load(`export const go = ${go};`);
  const told = `const told = async (make) => { try { return await make(); } catch ({ code, message }) { return code + ": " + message; } };`;

  const goOf = (go: string): Promise<unknown> => shared.call(`go${allGoes.indexOf(go)}`, [], { timeoutMs: 300 });

  test.each(results)("that returns %s", async (_what, go, expected) => {
    const found = await fate(goOf(go));
    if (expected instanceof RegExp) expect(found).toMatch(expected);
    else expect(found).toEqual(expected);
    expect(shared.status().state).toBe("running");
  });

  test.each(iterables)("whose async iterable %s", async (_what, go, expected) => {
    expect(await valuesOf((await goOf(go)) as AsyncIterable<unknown>)).toEqual(expected);
  });

  test.each([
    ["a thenable's getter", "() => ({ get then() { process.exit(3); } })"],
    ["a getter of a result", "() => ({ get a() { process.exit(3); } })"],
    ["a getter of an error", "() => { throw { get message() { process.exit(3); } }; }"],
    ["a getter of an argument", "() => host.same({ get a() { process.exit(3); } })"],
    ["an iterator's getter", iterator("{ get next() { process.exit(3); } }")],
    ["a function that the host calls", "() => host.call(() => process.exit(3))"],
  ])("that ends its process in %s ends, and its call with it", async (_what, go) => {
    await using guest = await loadGo(go);
    expect(await fate(guest.call("go"))).toBe("ended: the program has ended by itself (exited)");
    expect((await guest.exited).outcome).toMatchObject({ kind: "exited", code: 3 });
  });

  test("may fail a thousand iterables and more: none of them is kept", async () => {
    await using guest = await load(`
      let closed = 0;
      const close = () => { closed++; return {}; };
      export const go = async (kind) => kind === "closed" ? closed : ({ [Symbol.asyncIterator]: () => ({
        next: async () => { if (kind === "throws") throw new Error("no"); return { done: false, value: () => 1 }; },
        return: close }) });
    `);
    for (const kind of ["throws", "gives a function"]) {
      for (let done = 0; done < 1100; done += 50) {
        const all = Array.from({ length: 50 }, async () =>
          valuesOf((await guest.call("go", [kind])) as AsyncIterable<unknown>),
        );
        for (const values of await Promise.all(all)) expect(values).toHaveLength(1);
      }
    }
    await expect.poll(() => guest.call("go", ["closed"])).toBe(1100);
  });

  test("gives its host what its arguments are when it calls, and nothing that lives", async () => {
    await using guest = await load(`${told}
      const detached = new Uint8Array(8);
      structuredClone(detached.buffer, { transfer: [detached.buffer] });
      const odd = [new Proxy([], {}), { get a() { throw new Error("getter"); } }, Symbol("s"), new WeakMap(), Promise.resolve(),
        { then() {} }, new Uint8Array(new SharedArrayBuffer(8)), detached, new Uint8Array(new ArrayBuffer(2, { maxByteLength: 4 }))];
      export const go = async () => {
        const changed = { a: 1, list: [1], bytes: new Uint8Array(2) };
        const later = host.later(changed);
        changed.a = 2; changed.list.push(2); changed.bytes[0] = 9;
        return { later: await later, odd: await Promise.all(odd.map((each) => told(() => host.id(each)))) };
      };
    `);
    const refused = "ERR_UNEXPORTABLE_VALUE: Cannot call id() of host:x with these arguments: arguments[0]";
    expect(await guest.call("go")).toEqual({
      later: { a: 1, list: [1], bytes: new Uint8Array(2) },
      odd: [
        `${refused} is a proxy`,
        `${refused}.a: its getter threw: getter`,
        `${refused} is a symbol`,
        `${refused} is a WeakMap`,
        `${refused} is a promise`,
        `${refused}.then is a function`,
        `${refused} is memory of a SharedArrayBuffer`,
        `${refused} is a detached buffer`,
        new Uint8Array(2),
      ],
    });
  });

  test("gives at most a thousand arguments: they go onto the host's stack", async () => {
    await using guest = await load(`${told}
      export const go = (count) => told(() => host.count(...new Array(count).fill(0)));`);
    expect(await guest.call("go", [1000])).toBe(1000);
    expect(await guest.call("go", [1001])).toBe("ERR_INVALID_ARGUMENTS: count() takes at most 1000 arguments");
    expect(await guest.call("go", [50_000])).toBe("ERR_INVALID_ARGUMENTS: count() takes at most 1000 arguments");
  });

  test("has its host hear what its functions throw", async () => {
    await using guest = await load(`export const go = () => Promise.all([
      () => { throw new Error("at once"); }, async () => { throw null; }, () => ({ get a() { throw 1; } }), () => process.nextTick,
      class {}, new Proxy(() => "proxy", {}), () => host.call(() => host.call(() => host.same("deep"))),
    ].map((each) => host.call(each)));`);
    expect(await guest.call("go")).toEqual([
      "threw: Error: at once",
      "threw: null",
      "unexportable: the result.a: its getter threw: a value that is no error",
      "unexportable: the result is a function",
      "threw: TypeError: Class constructors cannot be invoked without 'new'",
      "proxy",
      "deep",
    ]);
  });

  test("hands over one function as often as it likes, and of many a thousand", async () => {
    await using guest = await load(`${told}
      const one = () => 1;
      export const go = async () => {
        for (let time = 0; time < 1100; time++) host.keep(one);
        let count = 1;
        const last = await told(() => { for (;; count++) host.keep(() => count); });
        return [count, last];
      };`);
    expect(await guest.call("go")).toEqual([1000, "ERR_TOO_MANY_FUNCTIONS: The host has 1000 functions of this guest"]);
    kept?.release();
    expect(await guest.call("go")).toEqual([2, "ERR_TOO_MANY_FUNCTIONS: The host has 1000 functions of this guest"]);
  });

  test("opens a thousand iterables of its host at most", async () => {
    await using guest = await load(`${told}
      const open = [];
      export const go = () => told(async () => { for (;;) open.push(await host.numbers()); });
      export const count = () => open.length;`);
    expect(await guest.call("go")).toBe("ERR_TOO_MANY_ITERATIONS: The guest has 1000 async iterables of the host open");
  });

  test("fills its host with arguments only as far as its own memory goes", async () => {
    await using guest = await load(
      `
      const big = Array.from({ length: 50_000 }, () => ({}));
      export const go = async (name) => {
        const all = []; let refused;
        for (let count = 0; count < 30 && refused === undefined; count++) {
          // The guest's own memory may be full before: then it cannot ask.
          all.push((async () => await host[name](big))().catch(({ code }) => { if (code !== "ERR_UNEXPORTABLE_VALUE") refused ??= code; }));
          await host.later(1);
        }
        // More than once: a call whose arguments are still being read is held from then on.
        let isOver = false;
        const over = Promise.all(all).finally(() => { isOver = true; });
        for (; !isOver; await host.later(1)) host.letGo();
        const values = (await over).filter((value) => value !== undefined);
        for (const each of values) await each.return?.();
        return refused;
      };`,
      16,
    );
    for (const name of ["numbersOf", "hold", "numbersOf"]) {
      mostHeld = 0;
      expect(await guest.call("go", [name], { cpuTimeLimitMs: 30_000 })).toBe("EAGAIN");
      expect(mostHeld).toBeGreaterThan(1);
      expect(mostHeld).toBeLessThan(15);
    }
  });

  test("calls its host a million times without awaiting: that ends it, and holds nobody up", async () => {
    await using guest = await load(
      `export const go = () => { for (let count = 0; count < 1_000_000; count++) host.id(count).catch(() => undefined); };`,
      512,
    );
    const { heapUsed } = process.memoryUsage();
    let mostUsed = 0;
    const timer = setInterval(() => {
      mostUsed = Math.max(mostUsed, process.memoryUsage().heapUsed);
    }, 10);
    const longestTurnMs = watchTurns();
    const found = await fate(guest.call("go", [], { cpuTimeLimitMs: 30_000 }));
    const heldMs = longestTurnMs();
    clearInterval(timer);
    expect(found).toBe("ended: The program had more than 100000 asynchronous system calls under way");
    expect((await guest.exited).outcome.kind).toBe("pending-calls-limit");
    // An inline guest is on the host's own thread, and so is what waits there for its host.
    if (cells === "inline") return;
    expect((mostUsed - heapUsed) / 2 ** 20).toBeLessThan(32);
    expect(heldMs).toBeLessThan(50);
  });

  test("forgets iterables of its host: they are closed once V8 has collected them", async () => {
    await using guest = await load(`
      export const go = async () => { for (let count = 0; count < 100; count++) await (await host.numbers()).next(); };
      export const collect = async () => {
        for (let round = 0; round < 4; round++) {
          const all = [];
          for (let index = 0; index < 5; index++) all.push(new Array(1_000_000).fill(index));
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
      };`);
    closed = 0;
    await guest.call("go");
    const closedByNow = async (): Promise<number> => {
      await guest.call("collect");
      return closed;
    };
    await expect.poll(closedByNow, { timeout: 20_000 }).toBe(100);
  });

  test("whose run is over is not called any more", async () => {
    const { exports } = await runtime.run(
      `import host from "host:x"; host.keep(() => host.same(1)); export const ok = 1;`,
      "/program.mjs",
    );
    expect(exports).toEqual({ ok: 1 });
    expect(await fate(Promise.resolve(kept?.call([])))).toBe("ended: its guest has ended");
  });

  test("finds no module by a name that none has, and is told which there are", async () => {
    const { exports, errorMessage } = await runtime.run(
      `${told} export const found = await Promise.all(["host:y", "host:X", "host:x/", "host:"].map((name) => told(() => import(name))));`,
      "/program.mjs",
    );
    expect(errorMessage).toBeUndefined();
    const missing = (name: string): string =>
      `ERR_MODULE_NOT_FOUND: Cannot find module '${name}' imported from file:///program.mjs: the host has given host:x`;
    expect(exports).toEqual({ found: ["host:y", "host:X", "host:x/", "host:"].map(missing) });
    const required = await runtime.run<string[]>(
      `const found = [];
      for (const look of [() => require("host:y"), () => require.resolve("host:y"), () => require("./host:y"), () => require.resolve("host:x")])
        try { found.push(look()); } catch ({ code, message }) { found.push(code + ": " + message.split("\\n")[0]); }
      module.exports = found;`,
      "/program.cjs",
    );
    const notFound =
      "MODULE_NOT_FOUND: Cannot find module 'host:y' imported from /program.cjs: the host has given host:x";
    const noFile = "MODULE_NOT_FOUND: Cannot find module './host:y'";
    expect(required.exports).toEqual([notFound, notFound, noFile, "host:x"]);
  });

  test("reaches nothing of its host's realm from what it is given", async () => {
    await using guest = await load(`
      const own = [globalThis.Function, (function* () {}).constructor, (async () => {}).constructor, (async function* () {}).constructor];
      const seen = new Set(); const foreign = []; let looked = 0;
      const walk = (value, path) => {
        if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value) || looked++ > 20000) return;
        seen.add(value);
        if (typeof value === "function") {
          if (value !== Function.prototype && !own.some((each) => value instanceof each)) foreign.push(path);
          try { if (value.constructor("return globalThis")() !== globalThis) foreign.push(path + ": another global"); } catch {}
          try { if (value.constructor("return process")() !== process) foreign.push(path + ": another process"); } catch {}
          try { if (value.caller) foreign.push(path + ".caller"); } catch {}
        }
        walk(Object.getPrototypeOf(value), path + ".__proto__");
        for (const key of Reflect.ownKeys(value)) {
          const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
          for (const part of ["value", "get", "set"]) walk(descriptor?.[part], path + "." + String(key));
        }
      };
      const keep = (kind) => (value) => { walk(value, kind); return value; };
      export const go = async () => {
        keep("module")(host);
        for (const make of [() => host.same({ a: [new Map([[{}, new Set([{}])]]), new Error("x"), /x/, new Date()] }), () => host.id([{}]),
          () => host.later([{}]), () => host.numbers(), () => host.call(() => 1), () => host.keep(5), () => host.id(() => 1)]) {
          try { const made = make(); keep("made")(made); keep("value")(await made); } catch (error) { keep("thrown")(error); }
        }
        const steps = await host.numbers(); keep("step")(steps.next()); keep("step")(await steps.next()); keep("end")(await steps.return());
        return foreign;
      };
      export const given = (...args) => { keep("argument")(args); return foreign; };`);
    expect(await guest.call("go")).toEqual([]);
    expect(await guest.call("given", [{ a: [{}] }, new Map([[{}, new Error("x")]])])).toEqual([]);
  });
});
