import { defineModule, type Guest, type GuestFunction, guestFunction, hostFunction } from "vivarium";

/** What the program exports. */
export interface Soaked {
  add(by: number): number;
  fail(): never;
  echo(bytes: Uint8Array): Uint8Array;
  numbers(): AsyncIterable<number>;
  hang(): Promise<never>;
  many(name: string, times: number): Promise<void>;
  /** Makes so much garbage that V8 collects all there is, and takes as much room as it ever will. The least that was held. */
  collect(): number;
}

/** One kind of call, and how `times` of them are made. */
export interface CallKind {
  readonly name: string;
  /** The part of the calls that are made of this kind. @default 1 */
  readonly calls?: number;
  make(guest: Guest<Soaked>, times: number): Promise<void>;
}

const AT_ONCE = 50;
/** Calls that nobody awaits before the last of them is made: more than its host takes on, fewer than end a guest. */
const UNAWAITED = 20_000;
const bytes = new Uint8Array(100_000);
let kept: GuestFunction<(value: number) => number> | undefined;

const anything = {
  "~standard": { version: 1, vendor: "soak", validate: (value: unknown) => ({ value }) },
} as const;

export const soakedModule = defineModule({
  sync: (value: number) => value,
  async: async (value: number) => value,
  either: (value: number) => Promise.resolve(value),
  waited: hostFunction({ isSync: true, run: async (_call, value: number) => value }),
  limited: hostFunction({ timeoutMs: 60_000, run: async (_call, value: number) => value }),
  validated: hostFunction({ parameters: [anything], returns: anything, run: async (_call, value) => value }),
  echo: async (value: Uint8Array) => value,
  fail: (): never => {
    throw Object.assign(new RangeError("out of paper"), { code: "E_PAPER" });
  },
  failLater: async (): Promise<never> => Promise.reject(new Error("out of paper")),
  async *numbers() {
    for (let value = 0; ; value += 1) yield value;
  },
  keep: hostFunction({
    parameters: [guestFunction<(value: number) => number>()],
    run: (_call, callback) => {
      kept = callback;
    },
  }),
  borrow: hostFunction({
    parameters: [guestFunction<(value: number) => number>()],
    run: (_call, callback) => callback.release(),
  }),
  ask: hostFunction({
    parameters: [guestFunction<(value: number) => number>()],
    run: async (_call, callback) => {
      using function_ = callback;
      return await function_.call([1]);
    },
  }),
});

/** `many` makes calls of the host, some at once where they are asynchronous. */
export const program = `
import * as host from "host:soaked";
const AT_ONCE = ${AT_ONCE};
const atOnce = async (times, make) => {
  for (let done = 0; done < times; done += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, times - done) }, (_, index) => make(done + index)));
};
const each = (times, make) => { for (let index = 0; index < times; index++) make(index); };
const bytes = new Uint8Array(100_000);
const expectThrown = (code, make) => { try { make(); } catch (error) { if (error.code === code) return; throw error; } };
const kinds = {
  sync: (times) => each(times, (value) => host.sync(value)),
  waited: (times) => each(times, (value) => host.waited(value)),
  async: (times) => atOnce(times, (value) => host.async(value)),
  unawaited: async (times) => {
    for (let done = 0; done < times; done += ${UNAWAITED})
      await Promise.all(Array.from({ length: Math.min(${UNAWAITED}, times - done) }, (_, index) => host.async(index)));
  },
  either: (times) => atOnce(times, (value) => host.either(value)),
  limited: (times) => atOnce(times, (value) => host.limited(value)),
  validated: (times) => atOnce(times, (value) => host.validated(value)),
  fail: (times) => each(times, () => expectThrown("E_PAPER", () => host.fail())),
  failLater: (times) => atOnce(times, () => host.failLater().catch(() => undefined)),
  refused: (times) => each(times, () => expectThrown("ERR_UNEXPORTABLE_VALUE", () => host.sync(() => 1))),
  borrow: (times) => each(times, (index) => host.borrow(() => index)),
  ask: (times) => atOnce(times, (index) => host.ask((value) => value + index)),
  numbers: (times) => atOnce(times, async () => { for await (const value of await host.numbers()) break; }),
  forgotten: async (times) => {
    for (let done = 0; done < times; done += AT_ONCE) {
      await atOnce(AT_ONCE, async () => (await host.numbers()).next());
      // The host has at most a thousand of them open, and is told of those that have been collected.
      if (done % 500 === 0) { collect(); await new Promise((resolve) => setTimeout(resolve, 1)); }
    }
  },
  echo: (times) => atOnce(times, () => host.echo(bytes)),
};
let count = 0;
host.keep((value) => value);
export const add = (by) => (count += by);
export function fail() { throw Object.assign(new Error("out of paper"), { code: "E_PAPER" }); }
export const echo = (given) => given;
export async function* numbers() { for (let value = 0; ; value++) yield value; }
export const hang = () => new Promise(() => undefined);
export const collect = () => {
  let least = Infinity;
  for (let round = 0; round < 6; round++) {
    const all = [];
    for (let index = 0; index < 20; index++) {
      all.push(new Array(200_000).fill(index));
      least = Math.min(least, process.memoryUsage().heapUsed);
    }
  }
  return least;
};
export const many = async (name, times) => { await kinds[name](times); };
`;

async function atOnce(times: number, make: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < times; done += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, make));
}

const withoutLimits = { cpuTimeLimitMs: Number.POSITIVE_INFINITY, timeoutMs: Number.POSITIVE_INFINITY };

const byGuest = (name: string, kind: string, calls?: number): CallKind => ({
  name,
  ...(calls !== undefined && { calls }),
  make: (guest, times) => guest.call("many", [kind, times], withoutLimits),
});

const failing = (name: string, make: (guest: Guest<Soaked>) => Promise<unknown>): CallKind => ({
  name,
  make: (guest, times) =>
    atOnce(times, () =>
      make(guest).then(
        () => Promise.reject(new Error("It has not failed")),
        () => undefined,
      ),
    ),
});

export const callKinds: readonly CallKind[] = [
  { name: "a call into the guest", make: (guest, times) => atOnce(times, () => guest.call("add", [1])) },
  byGuest("a synchronous host function", "sync"),
  byGuest("one for whose promise the guest waits", "waited", 0.5),
  byGuest("an asynchronous host function", "async"),
  byGuest("an asynchronous one, 20,000 before the first is awaited", "unawaited", 10),
  byGuest("one that answers by promise", "either"),
  byGuest("one with a time limit", "limited"),
  byGuest("one with schemas", "validated"),
  {
    name: "a function of the guest that the host keeps",
    make: (_guest, times) => atOnce(times, async () => kept?.call([1])),
  },
  byGuest("a function handed over and given back", "borrow"),
  byGuest("one that is called meanwhile", "ask"),
  byGuest("an iterable of the host, left after its first value", "numbers", 0.5),
  byGuest("one that the guest forgets", "forgotten", 0.2),
  {
    name: "an iterable of the guest, left after its first value",
    calls: 0.5,
    make: (guest, times) =>
      atOnce(times, async () => {
        for await (const value of await guest.call("numbers")) if (value === 0) break;
      }),
  },
  byGuest("a host function that throws", "fail"),
  byGuest("one that rejects", "failLater"),
  byGuest("arguments that cannot cross", "refused"),
  failing("a function of the guest that throws", (guest) => guest.call("fail")),
  failing("a call that is given up", (guest) => guest.call("hang", [], { timeoutMs: 1 })),
  byGuest("100 KB to the host and back", "echo", 0.02),
  {
    name: "100 KB to the guest and back",
    calls: 0.02,
    make: (guest, times) => atOnce(times, () => guest.call("echo", [bytes])),
  },
];
