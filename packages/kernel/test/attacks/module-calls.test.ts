import { randomBytes } from "node:crypto";
import { types } from "node:util";
import {
  defineModule,
  encodeInert,
  errnoCodeOf,
  guestFunction,
  type HostModule,
  hostFunction,
  INERT_VERSION,
  type Limits,
  type SystemCallScalar,
} from "@vivarium/core";
import { afterEach, describe, expect, test } from "vitest";
import { type CallAnswer, HostCalls } from "../../src/index.ts";

const limits: Limits = {
  memoryLimit: 8,
  processOverheadLimit: 256,
  cpuTimeLimitMs: 5_000,
  wallTimeLimitMs: 5_000,
  outputLimitBytes: 1_000_000,
  resultLimitBytes: 1_000_000,
  openFilesLimit: 64,
  systemCallLimit: Number.POSITIVE_INFINITY,
  systemCallRateLimit: Number.POSITIVE_INFINITY,
  pendingCallsLimit: 10_000,
  timersLimit: 10_000,
  threadsLimit: 16,
};

type ModuleCall = "module.open" | "module.call" | "module.await" | "module.next";

const opened: HostCalls[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((calls) => calls.dispose()));
});

/** The host's end of a cell that says what it likes. */
function createHost(module: HostModule): { readonly calls: HostCalls; readonly faults: unknown[] } {
  const faults: unknown[] = [];
  const calls = new HostCalls({
    systemDriver: { permissions: {}, processConfig: {}, osConfig: {} },
    execution: {
      argv: [],
      env: {},
      cwd: "/",
      filePath: "/main.js",
      limits,
      stdin: "",
      modules: new Map([["host:x", module]]),
    },
    onDiagnostic: (diagnostic) => faults.push(diagnostic),
  });
  opened.push(calls);
  return { calls, faults };
}

function encode(value: unknown, live?: (value: object) => number | undefined): Uint8Array {
  const result = encodeInert(value, { predicates: types, limitBytes: 1e8, live });
  if (result.kind !== "encoded") throw new Error(result.message);
  return result.bytes;
}

const nothing: Uint8Array = new Uint8Array(0);
const errno = ({ result }: CallAnswer): unknown =>
  typeof result === "number" && result < 0 ? errnoCodeOf(result) : "answered";

describe("a compromised cell that calls modules", () => {
  const ran: unknown[][] = [];
  const module = defineModule({
    plain: (...args: unknown[]) => ran.push(args),
    takes: hostFunction({ parameters: [guestFunction()], isSync: false, run: (_call, given) => ran.push([given]) }),
    promised: () => Promise.resolve(1),
    async *numbers() {
      yield 1;
    },
  });
  const run = async (
    calls: HostCalls,
    name: ModuleCall,
    args: readonly SystemCallScalar[],
    input = nothing,
  ): Promise<unknown> => errno(await calls.serve(name, args, input));

  test.each<readonly [name: ModuleCall, args: readonly SystemCallScalar[]]>([
    ["module.open", ["host:y"]],
    ["module.open", [1]],
    ["module.open", ["__proto__"]],
    ["module.open", [-1]],
    ["module.open", []],
    ...[-1, 0.5, 1, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY, "0", true, "constructor"].flatMap(
      (junk): (readonly [ModuleCall, readonly SystemCallScalar[]])[] => [
        ["module.call", [junk, 0, false]],
        ["module.call", [0, junk === "0" || junk === 1 ? 99 : junk, false]],
        ["module.await", [junk]],
        ["module.next", [junk, false]],
        ["module.next", [junk, true]],
      ],
    ),
    ["module.call", [0, 0, 7]],
    ["module.call", [0, 0, false, 1, 2]],
    ["module.next", [1, "yes"]],
  ])("%s with %j is refused, and nothing runs", async (name, args) => {
    const { calls } = createHost(module);
    ran.length = 0;
    expect(await run(calls, name, args, encode([]))).toMatch(/^E(INVAL|NOENT)$/);
    expect(ran).toEqual([]);
  });

  test("with anything for arguments runs nothing but what they say", async () => {
    const { calls } = createHost(module);
    ran.length = 0;
    const good = encode([{ a: [1, "text", new Map([[1, { b: 2n }]])] }]);
    for (let round = 0; round < 3000; round += 1) {
      const bytes = round % 2 === 0 ? randomBytes(1 + (round % 64)) : Buffer.from(good);
      if (round % 2 === 1) bytes[1 + (round % (good.length - 1))] = round % 256;
      if (round % 4 === 0) bytes[0] = INERT_VERSION;
      expect(await run(calls, "module.call", [0, round % 5, round % 3 === 0], bytes)).toMatch(/^(EINVAL|answered)$/);
    }
    for (const args of ran) expect(Array.isArray(args)).toBe(true);
  });

  test("cannot say that a function is meant where none is, nor by a number that is none", async () => {
    const { calls } = createHost(module);
    const callback = (): void => undefined;
    const live = (number: number) => encode([callback], (value) => (value === callback ? number : undefined));
    ran.length = 0;
    expect(await run(calls, "module.call", [0, 0, false], live(1))).toBe("EINVAL");
    expect(ran).toEqual([]);
    // Any number of one is as good as any other: it is the guest's to know what it means by it.
    for (const number of [0, 1, 7, 2 ** 31, 2 ** 32 - 1])
      expect(await run(calls, "module.call", [0, 1, false], live(number))).toBe("answered");
    for (let number = 0; number < 3000; number += 1)
      expect(await run(calls, "module.call", [0, 1, false], live(number))).toBe("answered");
    expect(new Set(ran.map(([handle]) => handle)).size).toBe(1000);
  });

  test("with thousands at once has the host hold no more than the guest's memory", async () => {
    const held: unknown[] = [];
    const resolve: (() => void)[] = [];
    const holding = defineModule({
      hold: async (value: unknown) => {
        held.push(value);
        await new Promise<void>((done) => resolve.push(done));
        return value === undefined;
      },
    });
    const { calls } = createHost(holding);
    const input = encode([Array.from({ length: 10_000 }, () => ({}))]);
    const answers = Array.from({ length: 2000 }, () => run(calls, "module.call", [0, 0, false], input));
    const settled: unknown[] = [];
    for (const answer of answers) void answer.then((each) => settled.push(each));
    await expect.poll(() => settled.length + held.length, { timeout: 20_000 }).toBe(2000);
    expect(held.length).toBeLessThan(100);
    expect(held.length).toBeGreaterThan(5);
    const { length } = held.splice(0);
    for (const done of resolve.splice(0)) done();
    const found = await Promise.all(answers);
    expect(found.filter((each) => each === "EAGAIN")).toHaveLength(2000 - length);
    // All of it is given back.
    const again = Array.from({ length }, () => run(calls, "module.call", [0, 0, false], input));
    await expect.poll(() => held.length).toBe(length);
    for (const done of resolve) done();
    expect(await Promise.all(again)).toEqual(Array.from({ length }, () => "answered"));
  });

  test("and says more when its guest has ended is answered with nothing", async () => {
    const { calls } = createHost(module);
    await calls.dispose();
    ran.length = 0;
    expect(await run(calls, "module.call", [0, 0, false], encode([]))).toBe("ECANCELED");
    expect(ran).toEqual([]);
  });

  test("that asks for no promise that it was told of is told of so many and no more", async () => {
    const { calls } = createHost(defineModule({ promised: () => new Promise(() => undefined) }));
    const input = encode([]);
    let refused = 0;
    for (let index = 0; index < 1500; index += 1) {
      const answer = await calls.serve("module.call", [0, 0, true], input);
      if (Buffer.from(answer.payload ?? nothing).includes("too many calls are under way")) refused += 1;
    }
    expect(refused).toBe(1500 - 1024);
  });
});
