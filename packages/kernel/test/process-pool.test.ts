import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { processPool } from "../src/cryptography/process-pool.ts";
import { CallFailure } from "../src/system-calls/call-failure.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const canceled = new CallFailure("ECANCELED");

test("a job whose guest has gone while it waited for its turn is not begun", async () => {
  const start = vi.fn();
  await expect(processPool(start, () => false)).rejects.toThrow(canceled);
  expect(start).not.toHaveBeenCalled();
});

test("jobs that guests have left are not waited for; with the third that goes on, the process is of no more use", async () => {
  const ends: ((result: number) => void)[] = [];
  const leave = async (): Promise<void> => {
    let isThere = true;
    const job = processPool<number>(
      (done) => ends.push(done),
      () => isThere,
    );
    const rejection = expect(job).rejects.toThrow(canceled);
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    isThere = false;
    try {
      vi.advanceTimersByTime(50);
    } finally {
      await rejection;
    }
  };
  await leave();
  await leave();
  ends[0]?.(0);
  await leave();
  await expect(leave()).rejects.toThrow("guests that are gone have left work to its threads");
});
