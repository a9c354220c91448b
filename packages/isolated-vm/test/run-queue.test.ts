import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { RunQueue, type RunQueueOptions } from "../src/run-queue.ts";
import { RunSlots } from "../src/run-slots.ts";
import { RunStart } from "../src/run-start.ts";

const open = (own: Partial<RunQueueOptions> = {}): RunQueue =>
  new RunQueue({ slots: new RunSlots(1), maxQueuedRuns: 2, ...own });

describe("the queue of runs", () => {
  test("lets in as many as there are slots, the others in their order", async () => {
    const queue = open({ slots: new RunSlots(2) });
    await queue.acquire(new RunStart());
    await queue.acquire(new RunStart());
    const began: string[] = [];
    const waiting = ["first", "second"].map((name) => queue.acquire(new RunStart()).then(() => began.push(name)));
    expect(queue.status).toMatchObject({ running: 2, queued: 2 });
    queue.release();
    await waiting[0];
    expect(began).toEqual(["first"]);
    queue.release();
    await waiting[1];
    expect(began).toEqual(["first", "second"]);
    queue.release();
    queue.release();
    expect(queue.status).toEqual({ running: 0, queued: 0, longestWaitMs: 0 });
  });

  test("shares its slots with others that have the same: whoever has waited longest is next, of whichever queue", async () => {
    const slots = new RunSlots(1);
    const [one, other] = [open({ slots }), open({ slots })];
    await one.acquire(new RunStart());
    const began: string[] = [];
    const waiting = [
      other.acquire(new RunStart()).then(() => began.push("other")),
      one.acquire(new RunStart()).then(() => began.push("one")),
    ];
    expect(one.status).toMatchObject({ running: 1, queued: 1 });
    expect(other.status).toMatchObject({ running: 0, queued: 1 });
    one.release();
    await waiting[0];
    expect(began).toEqual(["other"]);
    other.close();
    other.release();
    await waiting[1];
    one.release();
    expect(slots.take()).toBe(true);
  });

  test("refuses at once whoever comes when it is full, and says why", async () => {
    const queue = open({ maxQueuedRuns: 1 });
    await queue.acquire(new RunStart());
    const waiting = queue.acquire(new RunStart());
    await expect(queue.acquire(new RunStart())).rejects.toMatchObject({
      code: "ERR_RUN_NOT_STARTED",
      message:
        "Cannot start the run: at capacity, with 1 runs at a time and 1 others that wait (maxQueuedRuns: 1); it has waited 0 ms",
      detail: { reason: "at-capacity", waitedMs: expect.any(Number) },
    });
    queue.release();
    await waiting;
  });

  test("refuses whoever has waited too long, and says how long; the others keep their places", async () => {
    const queue = open();
    await queue.acquire(new RunStart());
    const error: unknown = await queue
      .acquire(new RunStart({ queueTimeLimitMs: 30 }))
      .catch((refused: unknown) => refused);
    expect(error).toMatchObject({
      code: "ERR_RUN_NOT_STARTED",
      message: expect.stringContaining("its turn has not come within 30 ms (queueTimeLimitMs); it has waited "),
      detail: { reason: "at-capacity" },
    });
    expect((error as { detail: { waitedMs: number } }).detail.waitedMs).toBeGreaterThan(25);
    const next = queue.acquire(new RunStart());
    expect(queue.status.queued).toBe(1);
    queue.release();
    await next;
    await sleep(40);
    expect(queue.status).toEqual({ running: 1, queued: 0, longestWaitMs: 0 });
  });

  test("lets go of whoever is aborted, with the reason of the signal", async () => {
    const queue = open();
    await queue.acquire(new RunStart());
    const controller = new AbortController();
    const waiting = queue.acquire(new RunStart(controller));
    const reason = new Error("not wanted any more");
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(queue.acquire(new RunStart(controller))).rejects.toBe(reason);
    expect(queue.status.queued).toBe(0);
  });

  test("refuses everybody when it is closed", async () => {
    const queue = open();
    await queue.acquire(new RunStart());
    const waiting = queue.acquire(new RunStart());
    queue.close();
    queue.close();
    await expect(waiting).rejects.toMatchObject({ code: "ERR_DISPOSED" });
    await expect(queue.acquire(new RunStart())).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  });

  test("knows how long the first has waited", async () => {
    const queue = open();
    await queue.acquire(new RunStart());
    const waiting = queue.acquire(new RunStart());
    await sleep(20);
    expect(queue.status.longestWaitMs).toBeGreaterThan(15);
    queue.release();
    await waiting;
  });
});
