import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import * as z from "zod";
import {
  PluginError,
  type ServiceCall,
  type ServiceCheck,
  ServiceError,
  type ServiceRecord,
  serviceMethod,
} from "../../src/index.ts";
import { gateTo, never } from "../support/gates.ts";

const hanging = (): Promise<never> => new Promise(() => undefined);

describe("ServiceGate", () => {
  it("calls what was granted, with the arguments, and gives what it answers", async () => {
    const get = vi.fn((id: unknown, more: unknown) => ({ id, more }));
    const gate = gateTo({ articles: { get } });
    expect(await gate.call("articles", "get", [1, { a: 2 }], never)).toEqual({ id: 1, more: { a: 2 } });
    expect(get.mock.calls).toEqual([[1, { a: 2 }]]);
  });

  it.each([
    ["articles", "delete", "There is no articles.delete() for this plugin"],
    ["users", "get", "There is no users.get() for this plugin"],
    ["articles", "constructor", "There is no articles.constructor() for this plugin"],
    ["__proto__", "toString", "There is no __proto__.toString() for this plugin"],
    ["a\n\u202e", "get", String.raw`There is no "a\n\u{202e}".get() for this plugin`],
    ["articles", "x".repeat(1000), `There is no articles."${"x".repeat(64)}"... (1000 characters)() for this plugin`],
  ])("denies %j.%j, which was not granted", async (service, method, message) => {
    const call = gateTo({ articles: { get: () => 1 } }).call(service, method, [], never);
    await expect(call).rejects.toMatchObject({ code: "ERR_PLUGIN_PERMISSION", message });
  });

  it("lets only a yes of the host's check through", async () => {
    const get = vi.fn(() => "answer");
    const yes: unknown[] = [
      true,
      { allow: true },
      Promise.resolve(true),
      thenable(true),
      Promise.resolve({ allow: true }),
    ];
    for (const decision of yes)
      expect(
        await gateTo({ articles: { get } }, { check: answering(decision) }).call("articles", "get", [], never),
      ).toBe("answer");
    expect(get).toHaveBeenCalledTimes(yes.length);
    const no: unknown[] = [
      false,
      undefined,
      null,
      0,
      1,
      "true",
      {},
      [],
      [true],
      { allow: 1 },
      { allow: "true" },
      { allow: false, reason: "no" },
      Promise.resolve(false),
      thenable(undefined),
      Promise.reject(new Error("of the host")),
      () => true,
      Symbol("yes"),
    ];
    for (const decision of no) {
      const call = gateTo({ articles: { get } }, { check: answering(decision) }).call("articles", "get", [], never);
      await expect(call).rejects.toMatchObject({ code: "ERR_PLUGIN_PERMISSION" });
    }
    expect(get).toHaveBeenCalledTimes(yes.length);
  });

  it("tells the plugin the reason of a denial, and nothing of a check that fails", async () => {
    const told = gateTo({ a: { get: () => 1 } }, { check: () => ({ allow: false, reason: "Not on Mondays" }) });
    await expect(told.call("a", "get", [], never)).rejects.toThrow(/^Not on Mondays$/);
    const failing = gateTo(
      { a: { get: () => 1 } },
      {
        check: () => {
          throw new Error("database password");
        },
      },
    );
    await expect(failing.call("a", "get", [], never)).rejects.toThrow(/^The host's check has failed$/);
  });

  it("gives up a check that never answers", async () => {
    const get = vi.fn();
    const gate = gateTo({ a: { get } }, { check: hanging, timeoutMs: 20 });
    await expect(gate.call("a", "get", [], never)).rejects.toMatchObject({
      code: "ERR_PLUGIN_TIMEOUT",
      message: "a.get() has taken longer than 20 ms",
    });
    expect(get).not.toHaveBeenCalled();
  });

  it("gives the check a copy of the arguments: what it makes of them is its own", async () => {
    const get = vi.fn();
    const check: ServiceCheck = ({ args }) => {
      (args[0] as { id: number }).id = 2;
      return true;
    };
    await gateTo({ a: { get } }, { check }).call("a", "get", [{ id: 1 }], never);
    expect(get).toHaveBeenCalledWith({ id: 1 });
  });

  it("runs nothing when the call was given up while the check thought", async () => {
    const get = vi.fn();
    const controller = new AbortController();
    const check = async (): Promise<boolean> => {
      controller.abort();
      return true;
    };
    const call = gateTo({ a: { get } }, { check }).call("a", "get", [], controller.signal);
    await expect(call).rejects.toMatchObject({ code: "ERR_PLUGIN_ABORTED" });
    await sleep(5);
    expect(get).not.toHaveBeenCalled();
  });

  it("refuses more calls at once than there may be, and takes them again afterwards", async () => {
    const open: Array<() => void> = [];
    const gate = gateTo({ a: { wait: () => new Promise<void>((resolve) => open.push(resolve)) } }, { callsAtOnce: 2 });
    const calls = [gate.call("a", "wait", [], never), gate.call("a", "wait", [], never)];
    await expect(gate.call("a", "wait", [], never)).rejects.toMatchObject({ code: "ERR_PLUGIN_BUSY" });
    for (const resolve of open) resolve();
    await Promise.all(calls);
    const again = gate.call("a", "wait", [], never);
    await sleep(5);
    open.at(-1)?.();
    await again;
  });

  it("gives up a service that never answers, after its own time or the host's", async () => {
    const slow = serviceMethod({ parameters: [], timeoutMs: 10, run: hanging });
    const gate = gateTo({ a: { slow, slower: hanging } }, { timeoutMs: 50 });
    const calls = [gate.call("a", "slow", [], never), gate.call("a", "slower", [], never)];
    await expect(calls[0]).rejects.toMatchObject({
      code: "ERR_PLUGIN_TIMEOUT",
      message: expect.stringMatching(/10 ms/),
    });
    await expect(calls[1]).rejects.toMatchObject({
      code: "ERR_PLUGIN_TIMEOUT",
      message: expect.stringMatching(/50 ms/),
    });
    expect(gate.meter.underWay).toBe(0);
  });

  it("fires the call's signal when its time is over, and when nobody waits any more", async () => {
    const signals: AbortSignal[] = [];
    const run = ({ signal }: ServiceCall): Promise<never> => {
      signals.push(signal);
      return hanging();
    };
    const wait = serviceMethod({ parameters: [], run });
    const controller = new AbortController();
    const late = gateTo({ a: { wait } }, { timeoutMs: 10 }).call("a", "wait", [], never);
    const called = gateTo({ a: { wait } }).call("a", "wait", [], controller.signal);
    await expect(late).rejects.toMatchObject({ code: "ERR_PLUGIN_TIMEOUT" });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    controller.abort();
    await expect(called).rejects.toMatchObject({ code: "ERR_PLUGIN_ABORTED" });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it("hides what a service fails with, unless it is meant for plugins", async () => {
    const failing = {
      plain: fail(new Error("secret")),
      odd: fail({ toString: () => "secret" }),
      own: fail(new ServiceError("No such article", { code: "E_NONE" })),
      ours: fail(new PluginError("ERR_PLUGIN_QUOTA", "Full")),
    };
    const gate = gateTo({ a: failing });
    for (const method of ["plain", "odd"])
      await expect(gate.call("a", method, [], never)).rejects.toMatchObject({
        code: "ERR_PLUGIN_SERVICE",
        message: `The service "a.${method}" has failed`,
      });
    await expect(gate.call("a", "own", [], never)).rejects.toMatchObject({
      code: "E_NONE",
      message: "No such article",
    });
    await expect(gate.call("a", "ours", [], never)).rejects.toMatchObject({
      code: "ERR_PLUGIN_QUOTA",
      message: "Full",
    });
  });

  it.each<readonly [what: string, answer: unknown]>([
    ["a function", () => 1],
    ["a function within", { rows: [{ next() {} }] }],
    ["a function in a map", new Map([["run", () => 1]])],
    ["a function as a key", new Map([[() => 1, 1]])],
    ["a function in a set", new Set([() => 1])],
    ["a symbol", { kind: Symbol("kind") }],
    [
      "a stream",
      (async function* () {
        yield 1;
      })(),
    ],
  ])("refuses an answer that is alive: %s", async (_what, answer) => {
    const records: ServiceRecord[] = [];
    const gate = gateTo({ a: { get: () => answer } }, { onCall: (record) => void records.push(record) });
    await expect(gate.call("a", "get", [], never)).rejects.toMatchObject({ code: "ERR_PLUGIN_SERVICE" });
    expect(records[0]).toMatchObject({ outcome: "failed", error: { message: expect.stringContaining("no data") } });
  });

  it("takes answers that refer to themselves, and does not run getters to look for life", async () => {
    const getter = vi.fn(() => 1);
    const answer: Record<string, unknown> = Object.defineProperty({}, "late", { get: getter, enumerable: true });
    answer["self"] = answer;
    expect(await gateTo({ a: { get: () => answer } }).call("a", "get", [], never)).toBe(answer);
    expect(getter).not.toHaveBeenCalled();
  });

  it("validates arguments by the schemas of a method, which gets what they make of them", async () => {
    const run = vi.fn();
    const find = serviceMethod({
      parameters: [z.string().trim(), z.object({ limit: z.int().max(10).default(5) }).optional()],
      run,
    });
    const gate = gateTo({ a: { find } });
    await gate.call("a", "find", [" x ", {}, "dropped"], never);
    expect(run.mock.calls[0]?.slice(1)).toEqual(["x", { limit: 5 }]);
    await expect(gate.call("a", "find", ["x", { limit: 11 }], never)).rejects.toMatchObject({
      code: "ERR_PLUGIN_ARGUMENT",
      issues: [{ field: "1.limit" }],
    });
    await expect(gate.call("a", "find", [], never)).rejects.toMatchObject({
      code: "ERR_PLUGIN_ARGUMENT",
      issues: [{ field: "0" }],
    });
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("counts each call once, and names that a plugin makes up not at all", async () => {
    const gate = gateTo(
      { a: { get: () => 1, fail: fail(new Error("x")) }, b: { get: () => 1 } },
      { check: ({ service }) => service === "a" },
    );
    const calls = [
      ["a", "get"],
      ["a", "get"],
      ["a", "fail"],
      ["b", "get"],
      ["c", "1"],
      ["c", "2"],
    ] as const;
    await Promise.allSettled(calls.map(([service, method]) => gate.call(service, method, [], never)));
    const { methods, totalMs, ...all } = gate.meter.read();
    expect(all).toEqual({ calls: 6, denied: 3, failed: 1, underWay: 0 });
    expect(totalMs).toBeGreaterThanOrEqual(0);
    expect([...methods].map(([name, { calls: n, denied, failed }]) => [name, n, denied, failed]).sort()).toEqual([
      ["a.fail", 1, 0, 1],
      ["a.get", 2, 0, 0],
      ["b.get", 1, 1, 0],
    ]);
  });

  it("tells the host of each call, with its own words, and does without whoever listens and fails", async () => {
    const records: ServiceRecord[] = [];
    const secret = new Error("secret");
    const onCall = (record: ServiceRecord): never => {
      records.push(record);
      throw new Error("listener");
    };
    const gate = gateTo({ a: { get: () => 1, fail: fail(secret) } }, { onCall });
    expect(await gate.call("a", "get", [], never)).toBe(1);
    await Promise.allSettled([gate.call("a", "fail", [], never), gate.call("x\u001b", "get", [], never)]);
    expect(records).toMatchObject([
      { plugin: "a", service: "a", method: "get", outcome: "done", error: undefined },
      { service: '"x\\u{1b}"', outcome: "denied" },
      { method: "fail", outcome: "failed", error: secret },
    ]);
  });
});

function answering(decision: unknown): ServiceCheck {
  return () => decision as boolean;
}

function thenable(value: unknown): object {
  // biome-ignore lint/suspicious/noThenProperty: what a check may answer with
  return Object.defineProperty({}, "then", { value: (resolve: (value: unknown) => void) => resolve(value) });
}

function fail(error: unknown): () => never {
  return () => {
    throw error;
  };
}
