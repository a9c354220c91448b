import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SharedTurns } from "../../src/inert/shared-turns.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("all who share turns have the time of one together, and as much again in the next", async () => {
  const turns = new SharedTurns();
  const most = turns.leftMs();
  turns.use(most / 2);
  expect(turns.leftMs()).toBe(most / 2);
  turns.use(most);
  expect(turns.leftMs()).toBe(0);
  const next = turns.next();
  expect(turns.next()).toBe(next);
  vi.runAllTimers();
  await next;
  expect(turns.leftMs()).toBe(most);
});

test("a turn in which nobody has waited ends as well", () => {
  const turns = new SharedTurns();
  const most = turns.leftMs();
  turns.use(most);
  vi.runAllTimers();
  expect(turns.leftMs()).toBe(most);
});
