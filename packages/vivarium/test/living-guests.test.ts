import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import {
  type CallName,
  type CallOptions,
  defineModule,
  type Guest,
  type LoadOptions,
  type NodeRuntime,
} from "../src/index.ts";
import { createRuntime } from "./worlds.ts";

interface Exports {
  wait(id: number): Promise<number>;
  release(): number[];
  echo<T>(value: T): T;
  deep: { nested: { sum(...values: number[]): number } };
  fail(value: unknown): never;
  readonly version: string;
}

interface Tree {
  readonly children: Tree[];
  readonly next: Tree;
  readonly before?: Tree;
  visit(depth: number): string;
}

/** Exports of every kind, of which some are hard to name. */
interface ManyExports {
  maybe?: (by: number) => string;
  inner?: { deep(text?: string): Promise<boolean> };
  date: Date;
  map: Map<string, () => void>;
  set: ReadonlySet<string>;
  bytes: Uint8Array;
  pattern: RegExp;
  later: Promise<() => void>;
  failure: Error;
  tree: Tree;
}

const PROGRAM = `
  const waiting = [];
  export const wait = (id) => new Promise((resolve) => waiting.push([id, resolve]));
  export const release = () => waiting.splice(0).map(([id, resolve]) => (resolve(id), id));
  export const echo = (value) => value;
  export const deep = { nested: { sum: (...values) => values.reduce((a, b) => a + b, 0) } };
  export const fail = (value) => { throw value; };
  export const version = "1";
`;

let runtime: NodeRuntime;

beforeAll(() => {
  runtime = createRuntime({ cells: "process" });
});

afterAll(() => runtime.dispose());

const load = (options: LoadOptions = {}): Promise<Guest<Exports>> =>
  runtime.load<Exports>(PROGRAM, { filePath: "/plugin.mjs", ...options });

const failure = (reason: string, problem: string): object => ({
  code: "ERR_CALL_FAILED",
  message: expect.stringContaining(problem),
  detail: { reason },
});

describe("the calls of a guest", () => {
  test("are typed by what it exports", async () => {
    await using guest = await load();
    expectTypeOf(guest.call<"deep.nested.sum">)
      .parameter(1)
      .toEqualTypeOf<readonly number[] | undefined>();
    const sum = await guest.call("deep.nested.sum", [1, 2, 3]);
    expectTypeOf(sum).toEqualTypeOf<number>();
    expectTypeOf(guest.call<"wait">).returns.resolves.toEqualTypeOf<number>();
    expect(sum).toBe(6);
    expectTypeOf<"version">().not.toExtend<Parameters<typeof guest.call>[0]>();
    await expect(guest.call("version" as never)).rejects.toMatchObject(failure("no-function", "exports no function"));
    expect(await guest.call("deep.nested.sum", ["a", "b"] as never)).toBe("0ab");
    type Options = [options?: CallOptions];
    expectTypeOf(guest.call<"wait">).parameters.toEqualTypeOf<["wait", args: readonly [id: number], ...Options]>();
    expectTypeOf(guest.call<"release">).parameters.toEqualTypeOf<["release", args?: readonly [], ...Options]>();
    const any = await runtime.load(PROGRAM, "/plugin.mjs");
    expectTypeOf(any.call<"anything">).returns.resolves.toEqualTypeOf<unknown>();
    await any.dispose();
  });

  test("have the names of functions alone, those that may be missing among them, four parts at most", () => {
    type Trees<Depth extends string> = `tree.${Depth}visit`;
    type Names = Trees<"" | `${"next" | "before"}.` | `${"next" | "before"}.${"next" | "before"}.`>;
    expectTypeOf<CallName<ManyExports>>().toEqualTypeOf<"maybe" | "inner.deep" | Names>();
    type Call = Guest<ManyExports>["call"];
    expectTypeOf<Call>().toBeCallableWith("maybe", [1]);
    expectTypeOf<Call>().toBeCallableWith("inner.deep");
    expectTypeOf<Call>().toBeCallableWith("inner.deep", ["text"], { timeoutMs: 5 });
    const call = null as never as Call;
    expectTypeOf(call<"maybe">).returns.resolves.toEqualTypeOf<string>();
    expectTypeOf(call<"inner.deep">).returns.resolves.toEqualTypeOf<boolean>();
    expectTypeOf(call<"tree.next.before.visit">)
      .parameter(1)
      .toEqualTypeOf<readonly [depth: number]>();
  });

  test("are those of any guest where its exports do not matter", () => {
    expectTypeOf<Guest<Exports>>().toExtend<Guest>();
    expectTypeOf<Guest<ManyExports>>().toExtend<Guest>();
    expectTypeOf<Guest>().not.toExtend<Guest<Exports>>();
    expectTypeOf<Guest<ManyExports>>().not.toExtend<Guest<Exports>>();
  });

  test("wait their turn beyond as many as there may be at once, and are refused beyond as many as may wait", async () => {
    await using guest = await load({ callsAtOnce: 2, maxQueuedCalls: 1 });
    const calls = Promise.allSettled([1, 2, 3].map((id) => guest.call("wait", [id])));
    await expect(guest.call("wait", [4])).rejects.toMatchObject(failure("at-capacity", "too many calls wait"));
    expect(guest.status()).toMatchObject({ activeCalls: 2, queuedCalls: 1, failedCalls: 1 });
    const gaveUp = guest.call("echo", [1], { signal: AbortSignal.abort("no more") });
    await expect(gaveUp).rejects.toMatchObject({ ...failure("aborted", "aborted"), cause: "no more" });
    await guest.dispose();
    const ended = { status: "rejected", reason: failure("ended", "disposed of") };
    expect(await calls).toMatchObject([ended, ended, ended]);
    expect(guest.status()).toEqual({
      state: "exited",
      activeCalls: 0,
      queuedCalls: 0,
      returnedCalls: 0,
      failedCalls: 5,
    });
  });

  test("are given up after their time, in the queue as well, and the guest goes on", async () => {
    await using guest = await load({ callsAtOnce: 1 });
    const first = guest.call("wait", [1], { timeoutMs: 200 });
    const queued = guest.call("wait", [2], { timeoutMs: 50 });
    await expect(queued).rejects.toMatchObject(failure("timeout", "longer than 50 ms"));
    await expect(first).rejects.toMatchObject(failure("timeout", "longer than 200 ms"));
    expect(await guest.call("release")).toEqual([1]);
  });

  test("bring out what a function throws as data, whatever it is", async () => {
    await using guest = await load();
    const thrown = async (value: unknown): Promise<unknown> =>
      guest.call("fail", [value]).catch((error: Error) => [error.message, error.cause]);
    expect(await thrown({ code: "E_OWN", nested: [1] })).toEqual([
      expect.stringContaining("has failed"),
      { code: "E_OWN", nested: [1] },
    ]);
    const [, cause] = (await thrown(Object.assign(new RangeError("too far"), { limit: 3 }))) as [string, RangeError];
    expect(cause).toBeInstanceOf(RangeError);
    expect(cause).toMatchObject({ message: "too far", limit: 3 });
  });

  test("tell what a guest has said on one line, and nothing that a terminal would heed", async () => {
    await using guest = await load();
    const text = "red \u001b[31m and\nmore \u009b2J \u202e";
    const error = await guest.call("fail", [new Error(text)]).catch((each: Error) => each);
    expect(error).toMatchObject({ detail: { problem: `Error: ${text}` }, cause: { message: text } });
    expect(String(error)).toContain("red \\u001b[31m and\\nmore \\u009b2J \\u202e");
  });

  test("may throw as much as takes the host long to read", async () => {
    await using guest = await runtime.load<{ fail(): never }>(
      "export const fail = () => { throw Array.from({ length: 3_000 }, (_, index) => ({ ['key' + index]: index })); };",
      "/plugin.mjs",
    );
    const failed = await guest.call("fail").catch((error: Error) => error);
    expect(failed).toMatchObject({
      detail: { reason: "threw" },
      cause: { length: 3_000, 2999: { key2999: 2_999 } },
    });
  });

  test("are refused for what cannot go in, and nothing is lost", async () => {
    await using guest = await load();
    await expect(guest.call("echo", [() => 1])).rejects.toMatchObject({
      code: "ERR_UNEXPORTABLE_VALUE",
      message: expect.stringContaining("arguments[0] is a function"),
    });
    await expect(guest.call("" as never)).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    await expect(guest.call("echo", "text" as never)).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    await expect(guest.call("echo", [1], { timeoutMs: 0 })).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    await expect(guest.call("echo", [1], { cpuTimeLimitMs: -1 })).rejects.toMatchObject({ code: "ERR_INVALID_LIMIT" });
    expect(await guest.call("echo", ["still here"])).toBe("still here");
  });
});

describe("a guest", () => {
  test("ends with its runtime, and says how it has ended", async () => {
    const own = createRuntime({ cells: "process" });
    const guest = await own.load("export const one = () => 1;", "/one.mjs");
    const others = await Promise.all([1, 2, 3, 4].map(() => own.load("export const one = () => 1;", "/one.mjs")));
    expect(own.status()).toMatchObject({ activeRuns: 5, driver: { guests: 5, running: 0 } });
    // Guests take no run's turn, however many stay.
    expect((await own.run("module.exports = 1")).exports).toBe(1);
    await own.dispose();
    for (const each of [guest, ...others]) {
      expect((await each.exited).outcome).toMatchObject({
        kind: "aborted",
        reason: "the runtime has been disposed of",
      });
      await expect(each.call("one")).rejects.toMatchObject(failure("ended", "disposed of"));
    }
    await expect(own.load("1")).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  });

  test("tells what it has used", async () => {
    await using guest = await runtime.load(
      `import { readFileSync } from "node:fs";
       export const probe = () => { try { readFileSync("/secret"); } catch (error) { return error.code; } };
       export const compute = () => { for (let i = 0; i < 3e7; i++); };
       export const hold = () => { globalThis.held = [new Uint8Array(5_000_000), Array(200_000).fill(1.5)]; };`,
      "/plugin.mjs",
    );
    const before = await guest.usage();
    expect(await guest.call("probe")).toBe("EACCES");
    for (const name of ["compute", "hold"]) await guest.call(name);
    const after = await guest.usage();
    if (before === undefined || after === undefined) throw new Error("It has ended");
    expect(after.cpuTimeMs).toBeGreaterThan(before.cpuTimeMs + 5);
    expect(after.externalBytes).toBeGreaterThan(before.externalBytes + 4_000_000);
    expect(after.heapUsedBytes).toBeGreaterThan(before.heapUsedBytes + 1_000_000);
    expect(after.heapTotalBytes).toBeGreaterThanOrEqual(after.heapUsedBytes);
    expect(after.systemCalls).toBeGreaterThan(before.systemCalls);
    expect(after.deniedCalls).toBe(before.deniedCalls + 1);
    await guest.dispose();
    expect(await guest.usage()).toBeUndefined();
  });

  test("can be reloaded without a call that is lost: those under way end where they began", async () => {
    await using guest = await load();
    const under = Promise.allSettled([guest.call("wait", [1]), guest.call("wait", [2])]);
    await guest.reload(`${PROGRAM} release();`.replace('version = "1"', 'version = "2"'), "/plugin.mjs");
    expect(await guest.call("release")).toEqual([]);
    expect(guest.status()).toMatchObject({ state: "running", activeCalls: 2 });
    await expect(guest.reload("throw new Error('worse')", "/plugin.mjs")).rejects.toThrow("worse");
    expect(await guest.call("echo", ["as before"])).toBe("as before");
    await guest.dispose();
    const ended = { status: "rejected", reason: failure("ended", "disposed of") };
    expect(await under).toMatchObject([ended, ended]);
    await expect(guest.reload(PROGRAM)).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  });

  test.each<readonly [how: string, code: string, outcome: object, message: string]>([
    ["by itself", "process.exit(3)", { kind: "exited", code: 3 }, "the program has ended by itself (exited)"],
    ["by a limit", "for (;;);", { kind: "cpu-time-limit" }, "The program used more than 100 ms of CPU time"],
  ])("cannot be reloaded once it has ended %s, and says how", async (_how, code, outcome, message) => {
    await using guest = await runtime.load(`export const end = () => { ${code} };`, "/plugin.mjs");
    await expect(guest.call("end", [], { cpuTimeLimitMs: 100 })).rejects.toMatchObject({ code: "ERR_CALL_FAILED" });
    await guest.exited;
    await expect(guest.reload(PROGRAM)).rejects.toMatchObject({
      code: "ERR_GUEST_ENDED",
      message: `Cannot reload a guest that has ended: ${message}`,
      detail: { outcome },
    });
    await guest.dispose();
    await expect(guest.reload(PROGRAM)).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  });

  test("is reloaded with the options that it was loaded with, but for those that are said anew", async () => {
    const modules = { "host:n": defineModule({ one: 1 }) };
    const code = (name: string): string =>
      `import { ${name} } from "host:n"; export const where = (): string => import.meta.filename + ${name};`;
    await using guest = await runtime.load<{ where(): string }>(code("one"), { filePath: "/plugin.mts", modules });
    await guest.reload(code("one"));
    expect(await guest.call("where")).toBe("/plugin.mts1");
    await expect(guest.reload(code("two"), "/other.mts")).rejects.toThrow("two");
    await guest.reload(code("two"), { modules: { "host:n": defineModule({ two: 2 }) } });
    expect(await guest.call("where")).toBe("/plugin.mts2");
  });

  test("has so many async iterables open in its host and no more, and room again when one is over", async () => {
    await using guest = await runtime.load<{ count(): AsyncIterable<number> }>(
      "export async function* count() { yield 1; }",
      "/plugin.mjs",
    );
    const open = await Promise.all(Array.from({ length: 1000 }, () => guest.call("count")));
    const refused = failure("unexportable", "1000 async iterables of this program open");
    await expect(guest.call("count")).rejects.toMatchObject(refused);
    for await (const value of open[0] ?? []) expect(value).toBe(1);
    await expect(guest.call("count")).resolves.toBeDefined();
  });

  test("ends the program before a reload with the last of its calls", async () => {
    await using own = createRuntime({ cells: "process" });
    const guest = await own.load("export const wait = (ms) => new Promise((r) => setTimeout(r, ms, ms));", "/one.mjs");
    const call = guest.call("wait", [300]);
    await guest.reload("export const wait = () => 'new';", "/one.mjs");
    expect(own.status().driver?.guests).toBe(2);
    expect(await guest.call("wait")).toBe("new");
    expect(await call).toBe(300);
    await expect.poll(() => own.status().driver?.guests).toBe(1);
    expect(guest.status().state).toBe("running");
  });

  test("that ends before it is loaded is none, and the error says how", async () => {
    await expect(runtime.load("process.exit(3)")).rejects.toMatchObject({
      code: "ERR_LOAD_FAILED",
      detail: { outcome: { kind: "exited", code: 3 } },
    });
    await expect(runtime.load("for (;;);", { cpuTimeLimitMs: 100 })).rejects.toMatchObject({
      detail: { outcome: { kind: "cpu-time-limit", limitMs: 100 } },
    });
    await expect(runtime.load("1", { callsAtOnce: 0 })).rejects.toMatchObject({ code: "ERR_INVALID_OPTION" });
    await expect(runtime.load("1", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ERR_LOAD_FAILED" });
  });
});
