import { expect } from "vitest";
import type { RuntimeDriverCase } from "./runtime-driver-case.ts";

/** A program whose exports do what their names say. */
const PROGRAM = `
  let count = 0;
  const waiting = [];
  export const add = (by) => (count += by);
  export const echo = (...args) => args;
  export const wait = () => new Promise((resolve) => waiting.push(resolve));
  export const release = (value) => waiting.splice(0).map((resolve) => resolve(value)).length;
  export const later = (value) => new Promise((resolve) => setTimeout(resolve, 20, value));
  export const fail = (message) => { throw Object.assign(new TypeError(message), { code: "E_OWN" }); };
  export const failLater = async (message) => { await null; throw message; };
  export const give = (what) => ({ function: () => 1, promise: { inner: Promise.resolve() }, large: "x".repeat(100_000) })[what];
  export const follow = () => ({ then(resolve) { resolve("followed"); } });
  export const spin = () => { for (;;); };
  export const work = async () => { for (;;) { for (let i = 0; i < 1e6; i++); await new Promise(setImmediate); } };
  export const leave = (code) => process.exit(code);
  export const store = { items: [1], list() { return this.items; }, nested: { size: () => count } };
`;

const living: RuntimeDriverCase["needs"] = ["living"];

/** Programs that stay, and calls of what they export. */
export const livingCases: readonly RuntimeDriverCase[] = [
  {
    name: "a program that stays keeps its state from call to call, and gives what its exports return",
    needs: living,
    async run({ load }) {
      await using guest = await load(PROGRAM);
      const { call } = guest;
      expect([await call("add", [2]), await call("add", [3])]).toEqual([2, 5]);
      expect([await call("store.list"), await call("store.nested.size"), await call("later", ["value"])]).toEqual([
        [1],
        5,
        "value",
      ]);
      const value = {
        list: [1, undefined, "ä€\ud83d\ude00"],
        map: new Map([[1n, new Date(5)]]),
        bytes: new Uint8Array([1, 2]),
      };
      expect(await call("echo", [value, null])).toEqual([value, null]);
      expect(await call("follow")).toBe("followed");
    },
  },
  {
    name: "calls interleave where they wait",
    needs: living,
    async run({ load }) {
      await using guest = await load(PROGRAM);
      const { call } = guest;
      const waiting = [call("wait"), call("wait")];
      expect(await call("release", ["now"])).toBe(2);
      expect(await Promise.all(waiting)).toEqual(["now", "now"]);
    },
  },
  {
    name: "a call that throws, or whose result cannot leave, fails alone and says why",
    needs: living,
    async run({ load }) {
      await using guest = await load(PROGRAM, { limits: { resultLimitBytes: 50_000 } });
      const { call } = guest;
      expect(await call("fail", ["no"])).toMatchObject({ kind: "threw", errorMessage: "TypeError: no" });
      expect(await call("failLater", ["no"])).toMatchObject({ kind: "threw", errorMessage: "no" });
      expect(await call("give", ["function"])).toMatchObject({ kind: "unexportable" });
      expect(await call("give", ["promise"])).toMatchObject({ kind: "unexportable" });
      expect(await call("give", ["large"])).toMatchObject({ kind: "result-limit" });
      for (const name of ["missing", "store", "constructor", "store.items.length", "add.call", "store.toString"])
        expect(await call(name)).toMatchObject({ kind: "no-function" });
      expect(await call("add", [1])).toBe(1);
    },
  },
  {
    name: "a call that returns when its CPU time is used up has failed, and the guest goes on",
    needs: living,
    async run({ load }) {
      await using guest = await load(`${PROGRAM}
        export const burn = (ms) => {
          const { user, system } = process.cpuUsage();
          const spent = () => { const now = process.cpuUsage(); return now.user + now.system - user - system; };
          while (spent() < ms * 1000) for (let i = 0; i < 1e4; i++);
          return "done";
        };
      `);
      const { call } = guest;
      expect(await call("burn", [60], { cpuTimeLimitMs: 20 })).toEqual({ kind: "cpu-time-limit", limitMs: 20 });
      expect(await call("burn", [5], { cpuTimeLimitMs: 5000 })).toBe("done");
    },
  },
  {
    name: "a call that uses up its CPU time at a wait fails alone; one that does not wait ends the guest",
    needs: living,
    async run({ load }) {
      await using guest = await load(PROGRAM);
      const { call, ended } = guest;
      const limited = { cpuTimeLimitMs: 100 };
      expect(await call("work", [], limited)).toEqual({ kind: "cpu-time-limit", limitMs: 100 });
      const other = call("wait");
      expect(await call("spin", [], limited)).toEqual({ kind: "cpu-time-limit", limitMs: 100 });
      expect(await other).toEqual({ kind: "ended" });
      expect(await ended).toEqual({ kind: "cpu-time-limit", code: 124, limitMs: 100 });
      expect(await call("add", [1])).toEqual({ kind: "ended" });
    },
  },
  {
    name: "what goes on between calls has CPU time of its own, and ends the guest with it",
    needs: living,
    async run({ load }) {
      await using guest = await load(`${PROGRAM} work();`, { limits: { cpuTimeLimitMs: 300 } });
      const { ended } = guest;
      expect(await ended).toEqual({ kind: "cpu-time-limit", code: 124, limitMs: 300 });
    },
  },
  {
    name: "a call that is given up settles at once, and the guest goes on",
    needs: living,
    async run({ load }) {
      await using guest = await load(PROGRAM);
      const { call } = guest;
      const controller = new AbortController();
      const given = call("wait", [], { signal: controller.signal });
      expect(await call("add", [1])).toBe(1);
      controller.abort();
      expect(await given).toEqual({ kind: "canceled" });
      expect(await call("release")).toBe(1);
    },
  },
  {
    name: "a guest that ends by itself, or is aborted, ends the calls that it has",
    needs: living,
    async run({ load }) {
      await using own = await load(PROGRAM);
      const pending = own.call("wait");
      expect(await own.call("leave", [7])).toEqual({ kind: "ended" });
      expect([await pending, await own.ended]).toEqual([{ kind: "ended" }, { kind: "exited", code: 7 }]);
      const controller = new AbortController();
      await using other = await load(PROGRAM, { signal: controller.signal });
      const waits = other.call("wait");
      controller.abort("enough");
      expect(await waits).toEqual({ kind: "ended" });
      expect(await other.ended).toEqual({ kind: "aborted", code: 130, reason: "enough" });
    },
  },
  {
    name: "a program that fails before it has been evaluated is never loaded",
    needs: living,
    async run({ load }) {
      await expect(load("throw new Error('bad')")).rejects.toThrow("bad");
      await expect(load("await Promise.reject(new Error('late'))")).rejects.toThrow("late");
      await expect(load("await new Promise(() => {})")).rejects.toThrow("unsettled");
      const { call } = await load("await null; export const one = () => 1;");
      expect(await call("one")).toBe(1);
    },
  },
];
