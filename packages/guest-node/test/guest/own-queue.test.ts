import { expect, test } from "vitest";
import { createOwnQueue } from "../../src/guest/own-queue.ts";

test("what comes first goes first, also after the queue has been empty", () => {
  const queue = createOwnQueue<number>();
  for (const item of [1, 2, 3]) queue.put(item);
  expect([queue.length, queue.take(), queue.take(), queue.take(), queue.take(), queue.length]).toEqual([
    3,
    1,
    2,
    3,
    undefined,
    0,
  ]);
  queue.put(4);
  expect([queue.length, queue.take(), queue.take()]).toEqual([1, 4, undefined]);
});

test("no setter of a program is handed an item", () => {
  const seen: unknown[] = [];
  const names = ["0", "1", "item", "next", "length"];
  for (const name of names) {
    Object.defineProperty(Object.prototype, name, { configurable: true, set: (value) => seen.push(value) });
  }
  try {
    const queue = createOwnQueue<string>();
    queue.put("one");
    queue.put("two");
    queue.take();
    queue.put("three");
  } finally {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name);
  }
  expect(seen).toEqual([]);
});
