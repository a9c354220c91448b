import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Go, LongGoes } from "../../src/host/long-goes.ts";

const SLICE_MS = 20;

/** Computes all the time that it is not suspended, unless it waits. */
class FakeGo implements Go {
  readonly who: object;
  isSuspended = false;
  waits = false;
  #usedMs = 0;
  #at = performance.now();

  constructor(who: object = {}) {
    this.who = who;
  }

  readonly usedMs = (): number => {
    const now = performance.now();
    if (!this.isSuspended && !this.waits) this.#usedMs += now - this.#at;
    this.#at = now;
    return this.#usedMs;
  };

  readonly suspend = (): void => {
    this.usedMs();
    this.isSuspended = true;
  };

  readonly resume = (): void => {
    this.usedMs();
    this.isSuspended = false;
  };
}

/** So many that have computed for long, on a machine of so many processors. */
function stretched(count: number, processors: number): { readonly goes: LongGoes; readonly all: readonly FakeGo[] } {
  const goes = new LongGoes(processors);
  const all = Array.from({ length: count }, () => new FakeGo());
  for (const go of all) {
    goes.begin(go);
    goes.stretch(go);
  }
  return { goes, all };
}

const running = (all: readonly FakeGo[]): readonly number[] =>
  all.flatMap((go, index) => (go.isSuspended ? [] : [index]));

/** How many of all run, on average over some slices. */
function runningOver(slices: number, all: readonly FakeGo[]): number {
  let sum = 0;
  for (let slice = 0; slice < slices; slice += 1) {
    vi.advanceTimersByTime(SLICE_MS);
    sum += running(all).length;
  }
  return sum / slices;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("whoever does not compute for long is never stopped", () => {
  const goes = new LongGoes(1);
  const all = Array.from({ length: 5 }, () => new FakeGo());
  for (const go of all) goes.begin(go);
  expect(running(all)).toHaveLength(5);
  expect(vi.getTimerCount()).toBe(0);
  for (const go of all) goes.end(go);
  expect(running(all)).toHaveLength(5);
});

test("those who do have the processors that nobody else needs, each as much of them as another", () => {
  const { all } = stretched(6, 2);
  expect(runningOver(30, all)).toBe(2);
  const used = all.map((go) => go.usedMs());
  expect(Math.max(...used) - Math.min(...used)).toBeLessThanOrEqual(SLICE_MS);
});

test("and a quarter of one where others need all", () => {
  const { goes, all } = stretched(4, 2);
  const others = [new FakeGo(), new FakeGo(), new FakeGo()];
  for (const other of others) goes.begin(other);
  expect(runningOver(40, all)).toBe(0.25);
  expect(running(others)).toHaveLength(3);
  for (const other of others) goes.end(other);
  expect(runningOver(40, all)).toBe(2);
});

test("they are stopped as soon as others need theirs, and not at the next look", () => {
  const { goes, all } = stretched(2, 2);
  vi.advanceTimersByTime(SLICE_MS);
  expect(running(all)).toHaveLength(2);
  goes.begin(new FakeGo());
  expect(running(all)).toHaveLength(1);
});

test("who takes a little longer once goes before those who compute without end", () => {
  const { goes, all } = stretched(20, 1);
  vi.advanceTimersByTime(100 * SLICE_MS);
  const honest = new FakeGo();
  goes.begin(honest);
  goes.stretch(honest);
  vi.advanceTimersByTime(4 * SLICE_MS);
  expect(honest.usedMs()).toBeGreaterThanOrEqual(2 * SLICE_MS);
  goes.end(honest);
  expect(honest.isSuspended).toBe(false);
  expect(running(all)).toHaveLength(1);
});

test("it is remembered of whom it was, whatever it does next", () => {
  const who = {};
  const goes = new LongGoes(1);
  const first = new FakeGo(who);
  goes.stretch(first);
  vi.advanceTimersByTime(50 * SLICE_MS);
  goes.leave(first);
  const [again, honest] = [new FakeGo(who), new FakeGo()];
  goes.stretch(again);
  goes.stretch(honest);
  vi.advanceTimersByTime(10 * SLICE_MS);
  expect([again.usedMs(), again.isSuspended]).toEqual([0, true]);
  expect(honest.isSuspended).toBe(false);
});

test("who waits for something while it has a turn needs none", () => {
  const { goes, all } = stretched(2, 1);
  const [first] = all;
  if (first !== undefined) first.waits = true;
  vi.advanceTimersByTime(20 * SLICE_MS);
  expect(running(all)).toEqual([0, 1]);
  expect(all[1]?.usedMs()).toBeGreaterThan(5 * SLICE_MS);
  if (first !== undefined) {
    first.waits = false;
    goes.stretch(first);
  }
  vi.advanceTimersByTime(20 * SLICE_MS);
  expect(running(all)).toHaveLength(1);
});

test("who does so again has turns from the start, and between what it is told of", () => {
  const { goes, all } = stretched(1, 1);
  const [go] = all as [FakeGo];
  const other = new FakeGo();
  const isStopped = (): boolean => {
    goes.begin(other);
    const before = go.isSuspended;
    goes.end(other);
    return before;
  };
  goes.end(go);
  goes.begin(go);
  expect(isStopped()).toBe(false);
  goes.stretch(go);
  goes.end(go);
  vi.advanceTimersByTime(SLICE_MS);
  expect(isStopped()).toBe(true);
  go.waits = true;
  vi.advanceTimersByTime(10 * SLICE_MS);
  expect(isStopped()).toBe(false);
  goes.begin(go);
  expect(isStopped()).toBe(true);
});

test("whoever leaves goes on, and nothing is left behind", () => {
  const { goes, all } = stretched(5, 1);
  for (const go of all) goes.leave(go);
  expect(running(all)).toHaveLength(5);
  expect(vi.getTimerCount()).toBe(0);
  for (const go of all) goes.leave(go);
});
