import { expect, test } from "vitest";
import { PluginError } from "../src/errors/plugin-error.ts";
import { type Delivery, DeliveryQueue, type DeliveryResult } from "../src/host/delivery-queue.ts";

function queueOf(most: number): {
  readonly queue: DeliveryQueue;
  readonly delivered: unknown[];
  readonly dropped: string[];
} {
  const delivered: unknown[] = [];
  const dropped: string[] = [];
  const queue = new DeliveryQueue({
    plugin: "it",
    most,
    deliver: async ({ payload }) => void delivered.push(payload),
    onDropped: ({ code }) => dropped.push(code),
  });
  return { queue, delivered, dropped };
}

function event(payload: unknown, from?: string, withinMs?: number): Delivery {
  return { kind: "on", name: "it", payload, from, depth: 0, withinMs };
}

async function outcomesOf(results: readonly Promise<DeliveryResult>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { outcome } of await Promise.all(results)) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

test("one plugin that sends without end leaves room for others, and all of them for the host", async () => {
  const { queue, delivered, dropped } = queueOf(100);
  const one = Array.from({ length: 50 }, () => queue.offer(event("a", "a")));
  expect(queue.use()).toMatchObject({ queued: 10, dropped: 40 });
  const others = ["b", "c", "d", "e", "f", "g"].flatMap((from) =>
    Array.from({ length: 50 }, () => queue.offer(event(from, from))),
  );
  expect(queue.use().queued).toBe(50);
  const hosts = Array.from({ length: 60 }, () => queue.offer(event("host")));
  expect(queue.use().queued).toBe(100);
  queue.open();
  expect(await outcomesOf(one)).toEqual({ done: 10, dropped: 40 });
  expect(await outcomesOf(others)).toEqual({ done: 40, dropped: 260 });
  expect(await outcomesOf(hosts)).toEqual({ done: 50, dropped: 10 });
  expect(delivered).toHaveLength(100);
  expect(dropped).toEqual(["ERR_PLUGIN_BUSY"]);
  // What was delivered makes room again.
  queue.pause();
  expect(await outcomesOf(Array.from({ length: 20 }, () => queue.offer(event("a", "a", 1))))).toEqual({ dropped: 20 });
  Array.from({ length: 20 }, () => queue.offer(event("a", "a")));
  expect(queue.use().queued).toBe(10);
  queue.close(new PluginError("ERR_PLUGIN_STATE", "closed"));
  queue.pause();
  Array.from({ length: 20 }, () => queue.offer(event("a", "a")));
  expect(queue.use().queued).toBe(10);
});

test("what is closed drops what waits and what comes, with the reason", async () => {
  const { queue, delivered } = queueOf(10);
  const waiting = queue.offer(event(1));
  const reason = new PluginError("ERR_PLUGIN_STATE", "closed");
  queue.close(reason);
  for (const result of [await waiting, await queue.offer(event(2))])
    expect(result).toMatchObject({ outcome: "dropped", error: reason });
  queue.open();
  expect(await queue.offer(event(3))).toMatchObject({ outcome: "done" });
  expect(delivered).toEqual([3]);
});

test("what has waited for too long is dropped, and never delivered", async () => {
  const { queue, delivered } = queueOf(10);
  const late = queue.offer(event("late", undefined, 20));
  const patient = queue.offer(event("patient", undefined));
  expect(await late).toMatchObject({ outcome: "dropped", error: { code: "ERR_PLUGIN_TIMEOUT" } });
  queue.open();
  await patient;
  expect(delivered).toEqual(["patient"]);
});
