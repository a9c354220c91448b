import { Readable } from "node:stream";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Diagnostic,
  defineModule,
  type Guest,
  type HostModule,
  hostFunction,
  isVivariumError,
  type NodeRuntime,
  type Permissions,
} from "../src/index.ts";
import { type CellKind, cellKinds, createRuntime } from "./worlds.ts";

const FAULT = "ERR_HOST_FUNCTION";
const secret = "/home/host/secret";
const schema = (validate: (value: unknown) => unknown) => ({
  "~standard": { version: 1 as const, vendor: "test", validate: validate as never },
});
const iterable = (iterator: unknown) => ({ [Symbol.asyncIterator]: () => iterator });
const never = (): Promise<never> => new Promise(() => undefined);
const throwing = (thrown: unknown) => (): never => {
  throw thrown;
};
const cyclic: Record<string, unknown> = { a: 1 };
cyclic["self"] = cyclic;

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

class Service {
  readonly name = "service";
  readonly #key = secret;
  get key(): string {
    return this.#key;
  }
  method(): string {
    return this.#key;
  }
}

/** What a host function does, what its guest gets of it, and what the embedder is told. */
const cases: readonly (readonly [what: string, run: () => unknown, fate: unknown, told?: string])[] = [
  ["throws a proxy", throwing(new Proxy(new Error(secret), {})), FAULT, "thrown what is no error"],
  ["throws nothing", throwing(null), FAULT, "thrown what is no error"],
  [
    "throws an error whose getter throws",
    throwing({
      get message() {
        throw new Error(secret);
      },
    }),
    FAULT,
    "thrown what is no error",
  ],
  [
    "throws a frozen error",
    throwing(Object.freeze(Object.assign(new Error("frozen"), { code: "E_FROZEN" }))),
    "E_FROZEN",
  ],
  ["throws a message of 100 MB", throwing(Object.assign(new Error("x".repeat(1e8)), { code: "E_LONG" })), "E_LONG"],
  [
    "throws causes",
    throwing(Object.assign(new Error("no", { cause: new Error(secret) }), { code: "E_CAUSE" })),
    "E_CAUSE",
  ],
  ["returns an instance with methods", () => new Service(), { name: "service" }],
  ["returns what holds itself", () => cyclic, cyclic],
  ["returns a function", () => () => secret, FAULT, "the result is a function"],
  ["returns a Response", () => new Response("x"), FAULT, "no inert form"],
  ["returns a revoked proxy later", async () => ({ a: revoked() }), FAULT, "the result.a is a proxy"],
  [
    "returns a getter that throws",
    () => ({
      get a() {
        throw new Error(secret);
      },
    }),
    FAULT,
    "its getter threw",
  ],
  ["returns 200 MB of text", () => "x".repeat(2e8), FAULT, "more than"],
  ["returns 200 MB of bytes", () => new Uint8Array(2e8), FAULT, "more than"],
  ["returns an array without end", () => new Array(25e6), FAULT, "elements"],
  ["nests without end", () => Array.from({ length: 5000 }).reduce((inner) => ({ inner }), 0), FAULT, "levels deep"],
  // biome-ignore-start lint/suspicious/noThenProperty: that is what is tried.
  [
    "returns a thenable that throws",
    () => ({ then: throwing(Object.assign(new Error("no"), { code: "E_THEN" })) }),
    "E_THEN",
  ],
  [
    "returns a thenable that settles three times",
    () => ({ then: (a: (value: number) => void, b: (value: number) => void) => [a(1), a(2), b(3)] }),
    1,
  ],
  // biome-ignore-end lint/suspicious/noThenProperty: that is what was tried.
  ["returns a stream of Node", () => Readable.from([new Uint8Array(2), "text"]), [new Uint8Array(2), "text"]],
  ["gives no iterator", () => iterable(null), FAULT, "has given no iterator"],
  ["gives an iterator without next", () => iterable({}), FAULT, "has given no iterator"],
  ["iterates over junk", () => iterable({ next: () => 5 }), FAULT, "what is no object"],
  ["iterates over nothing", () => iterable({ next: () => undefined }), FAULT, "what is no object"],
  [
    "iterates over functions",
    () => iterable({ next: () => ({ done: false, value: () => 1 }) }),
    FAULT,
    "is a function",
  ],
  [
    "iterates and throws",
    () => iterable({ next: throwing(Object.assign(new Error("no"), { code: "E_NEXT" })) }),
    "E_NEXT",
  ],
  [
    "iterates and throws when it is left",
    () => iterable({ next: () => ({ done: false, value: 1 }), return: throwing(new Error(secret)) }),
    [1, 1, 1],
  ],
];

const lookAt = `
  import * as host from "host:odd";
  const told = async (make) => { try { return await make(); } catch (error) {
    if (error.cause !== undefined || error.stack.includes("ill-will")) return "it tells of the host";
    return error.code ?? error; } };
  const lookAt = (name) => told(async () => {
    const value = await host[name]();
    if (value?.[Symbol.asyncIterator] === undefined) return value;
    const values = [];
    for await (const each of value) if (values.push(each) === 3) break;
    return values;
  });
`;
const program = `${lookAt} export const result = await lookAt("odd");`;

describe.each(cellKinds)("a careless embedder with %s cells", (cells) => {
  const diagnostics: Diagnostic[] = [];
  let runtime: NodeRuntime;
  /** Has all cases in one module: none of them harms what comes next. */
  let guest: Guest<{ lookAt(name: string): unknown }>;
  beforeAll(async () => {
    runtime = createRuntime({ cells, diagnostics });
    const functions = Object.fromEntries(cases.map(([, odd], index) => [`odd${index}`, odd]));
    guest = await runtime.load(`${lookAt} export { lookAt };`, {
      filePath: "/program.mjs",
      modules: { "host:odd": defineModule(functions) },
      memoryLimit: 64,
    });
  });
  afterAll(() => runtime.dispose());
  beforeEach(() => {
    diagnostics.length = 0;
  });

  const run = async (odd: unknown, by: NodeRuntime = runtime): Promise<unknown> => {
    const modules = { "host:odd": defineModule({ odd } as object) };
    const { exports, errorMessage } = await by.run<{ result: unknown }>(program, {
      filePath: "/program.mjs",
      modules,
      memoryLimit: 64,
    });
    expect(errorMessage).toBeUndefined();
    return exports?.result;
  };

  test.each(cases)("whose function %s", async (_what, odd, expected, told) => {
    const found = await guest.call("lookAt", [`odd${cases.findIndex((each) => each[1] === odd)}`]);
    expect(found).toEqual(expected);
    expect(inspect(found, { depth: null, showHidden: true })).not.toContain(secret);
    expect(diagnostics.map(({ code }) => code)).toEqual(told === undefined ? [] : [FAULT]);
    if (told !== undefined) expect(diagnostics[0]?.message).toContain(told);
  });

  test("has iterators closed whose values cannot cross", async () => {
    let closed = 0;
    const odd = async function* () {
      try {
        yield () => 1;
      } finally {
        closed += 1;
      }
    };
    expect(await run(odd)).toBe(FAULT);
    expect(closed).toBe(1);
  });

  test.each<readonly [what: string, validate: (value: unknown) => unknown, fate: unknown]>([
    ["throws", throwing(new Error(secret)), FAULT],
    ["answers junk", () => 5, FAULT],
    [
      "answers a getter that throws",
      () => ({
        get value() {
          throw new Error(secret);
        },
      }),
      FAULT,
    ],
    ["makes something else of it", (value) => ({ value: [value] }), [undefined]],
  ])("whose schema %s", async (_what, validate, expected) => {
    const run1 = { parameters: [schema(validate)], run: (_call: unknown, value: unknown) => value };
    const run2 = { returns: schema(validate), run: () => undefined };
    expect(await run(hostFunction(run1 as never))).toEqual(expected);
    expect(await run(hostFunction(run2 as never))).toEqual(expected);
  });

  const late = cells === "inline" ? "ENOTSUP" : "ERR_HOST_CALL_TIMEOUT";
  test.each<readonly [what: string, options: object, fate: string]>([
    ["function", { isSync: false, run: never }, "ERR_HOST_CALL_TIMEOUT"],
    ["function, for which the guest waits,", { isSync: true, run: never }, late],
    ["promise, of which the guest is told,", { run: () => never() }, "ERR_HOST_CALL_TIMEOUT"],
    ["schema of an argument", { isSync: false, parameters: [schema(never)], run: () => 1 }, "ERR_HOST_CALL_TIMEOUT"],
    ["schema of a result", { isSync: false, returns: schema(never), run: () => 1 }, "ERR_HOST_CALL_TIMEOUT"],
    ["iterator", { run: () => iterable({ next: never }) }, "ERR_HOST_CALL_TIMEOUT"],
  ])("whose %s never answers ends the call when its time is over", async (_what, options, expected) => {
    expect(await run(hostFunction({ timeoutMs: 50, ...options } as never))).toBe(expected);
  });

  test("whose iterator does not come back from return", async () => {
    const odd = hostFunction({
      timeoutMs: 50,
      run: () => iterable({ next: () => ({ done: false, value: 1 }), return: never }),
    });
    expect(await run(odd)).toBe("ERR_HOST_CALL_TIMEOUT");
  });

  test.each<readonly [what: string, check: unknown, fate: unknown, told: number]>([
    ["throws", throwing(new Error(secret)), "EACCES", 1],
    ["rejects", async () => Promise.reject(new Error(secret)), "EACCES", 1],
    ["answers junk", () => "yes", "EACCES", 1],
    [
      "answers an object that allows by a getter which throws",
      () => ({
        get allow() {
          throw new Error(secret);
        },
      }),
      "EACCES",
      1,
    ],
    ["allows with a text", () => ({ allow: "true" }), "EACCES", 1],
    [
      "changes the arguments that it sees",
      ({ args }: { args: unknown[] }) => {
        args.length = 0;
        args.push("changed");
        return true;
      },
      "EACCES",
      1,
    ],
  ])("whose check %s", async (_what, module, expected, told) => {
    await using checked = createRuntime({ cells, diagnostics, permissions: { module } as Permissions });
    expect(
      await run(
        hostFunction({
          isSync: false,
          run: async (_call, ...args: unknown[]) => (args.length === 0 ? "given" : "changed"),
        }),
        checked,
      ),
    ).toEqual(expected);
    expect(diagnostics).toHaveLength(told);
  });

  test("whose function never answers ends it with the run, and hears of it", async () => {
    const ended = Promise.withResolvers<string>();
    const odd = hostFunction({
      isSync: false,
      run: ({ signal }) => {
        signal.addEventListener("abort", () => ended.resolve("heard"));
        return never();
      },
    });
    const { outcome } = await runtime.run(program, {
      filePath: "/program.mjs",
      modules: { "host:odd": defineModule({ odd }) },
      wallTimeLimitMs: 300,
    });
    expect(outcome.kind).toBe("wall-time-limit");
    expect(await ended.promise).toBe("heard");
  });
});

describe("a module that is none", () => {
  const members: readonly (readonly [what: string, members: unknown, problem: string])[] = [
    ["is no object", 5, "an object of functions and constants"],
    ["is an instance", new Service(), "an object of functions and constants"],
    ["is a revoked proxy", revoked(), ""],
    [
      "has a getter that throws",
      {
        get a() {
          throw new Error("getter");
        },
      },
      "",
    ],
    ["has a default", { default: 1 }, '"default"'],
    // biome-ignore lint/suspicious/noThenProperty: that is what is tried.
    ["has a then", { then: () => 1 }, '"then"'],
    ["has a name that is none", { "a-b": 1 }, '"a-b"'],
    [
      "is nested without end",
      Array.from({ length: 12 }).reduce<object>((inner) => ({ inner }), { run: () => 1 }),
      "levels deep",
    ],
  ];
  test.each(members)("since it %s", (_what, given, problem) => {
    let thrown: unknown;
    try {
      defineModule(given as object);
    } catch (error) {
      thrown = error;
    }
    expect(isVivariumError(thrown, "ERR_INVALID_MODULE"), String(thrown)).toBe(true);
    expect(String(thrown)).toContain(problem);
  });

  test("is made from data that goes in many circles, without a look at all of them", () => {
    const data: Record<string, unknown>[] = Array.from({ length: 40 }, () => ({}));
    for (const each of data) for (const [index, other] of data.entries()) each[`to${index}`] = other;
    expect(defineModule({ data: data[0] }).members).toMatchObject([{ kind: "constant" }]);
  });

  const runtimeOf = (module: unknown, name = "host:x", cells: CellKind = "inline"): NodeRuntime =>
    createRuntime({ cells, modules: { [name]: module as HostModule } });

  test.each<readonly [what: string, constant: unknown]>([
    ["a function in a list", [() => 1]],
    [
      "a getter that throws",
      {
        get a() {
          throw new Error("getter");
        },
      },
    ],
    ["a proxy", new Proxy({}, {})],
    ["a symbol", Symbol("s")],
    ["a promise", Promise.resolve(1)],
  ])("since a constant of it holds %s", async (_what, constant) => {
    const found = await (async () => {
      await using runtime = runtimeOf(defineModule({ constant }));
      return await runtime.run("1");
    })().catch((error: unknown) => error);
    expect(isVivariumError(found, "ERR_INVALID_MODULE"), JSON.stringify(found)).toBe(true);
  });

  test.each([
    "db",
    "node:fs",
    "file:x",
    "https://x",
    "host:",
    ":x",
    "Host:x",
    "host:a b",
    "host:../x y",
    `host:${"x".repeat(300)}`,
    "__proto__:x",
  ])("since %j is no name for it", (name) => {
    expect(() => runtimeOf(defineModule({ a: 1 }), name)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_MODULE" }),
    );
  });

  test.each([
    ["an object", {}],
    ["a function", () => 1],
    ["nothing", null],
    ["a forged one", { members: [] }],
  ])("since it is %s", (_what, module) => {
    expect(() => runtimeOf(module)).toThrow(expect.objectContaining({ code: "ERR_INVALID_MODULE" }));
  });
});
