import { expect, test } from "vitest";
import type { CallAnswer } from "../src/system-calls/call-answer.ts";
import { type QueuedCall, RequestQueue } from "../src/system-calls/request-queue.ts";

const input = new Uint8Array(0);
const readInput = (request: number): QueuedCall => ({ request, name: "fs.read", args: [0, 1, -1], input });
const stat = (request: number): QueuedCall => ({ request, name: "fs.stat", args: ["/file", true], input });

const failed = (): CallAnswer => ({ result: -5 });

test("a guest has a few calls of streams under way at a time, and they hold up no other call", () => {
  const started: QueuedCall[] = [];
  const never = new Promise<CallAnswer>(() => undefined);
  const queue = new RequestQueue((call) => {
    started.push(call);
    return call.name === "fs.read" ? never : { result: 0 };
  }, failed);
  for (let request = 1; request <= 300; request += 1) queue.add(readInput(request));
  expect(queue.next()).toBeUndefined();
  expect(started).toHaveLength(64);
  queue.add(stat(301));
  expect(queue.next()).toEqual({ request: 301, answer: { result: 0 } });
  expect(queue.size).toBe(300);
});

test("calls of streams that are answered at once do not keep others waiting, nor the other way round", () => {
  const order: string[] = [];
  const queue = new RequestQueue(({ name }) => {
    order.push(name);
    return { result: 0 };
  }, failed);
  for (let request = 1; request <= 4; request += 1) queue.add(readInput(request));
  for (let request = 5; request <= 8; request += 1) queue.add(stat(request));
  while (queue.next() !== undefined);
  expect(order.slice(0, 4).sort()).toEqual(["fs.read", "fs.read", "fs.stat", "fs.stat"]);
});

test("a socket that is read holds up nothing: neither other sockets, nor lookups, nor files", () => {
  const never = new Promise<CallAnswer>(() => undefined);
  const started: string[] = [];
  const queue = new RequestQueue(({ name }) => {
    started.push(name);
    return name === "fs.stat" ? { result: 0 } : never;
  }, failed);
  for (let request = 1; request <= 1_000; request += 1)
    queue.add({ request, name: "stream.read", args: [request, 1], input });
  for (let request = 1_001; request <= 1_300; request += 1)
    queue.add({ request, name: "net.lookup", args: ["a.test", 0, true], input });
  expect(queue.next()).toBeUndefined();
  expect(started.filter((name) => name === "stream.read")).toHaveLength(1_000);
  expect(started.filter((name) => name === "net.lookup")).toHaveLength(256);
  queue.add(stat(1_301));
  expect(queue.next()).toEqual({ request: 1_301, answer: { result: 0 } });
});

test("a call whose answer is rejected is answered with its failure, and the next one starts", async () => {
  const failures: unknown[] = [];
  const queue = new RequestQueue(
    ({ request }) => (request === 1 ? Promise.reject(new Error("broken")) : { result: 0 }),
    (error, { name }) => {
      failures.push(error, name);
      return { result: -71 };
    },
  );
  queue.add(stat(1));
  queue.add(stat(2));
  expect(queue.next()).toBeUndefined();
  await new Promise(setImmediate);
  expect(queue.next()).toEqual({ request: 1, answer: { result: -71 } });
  expect(queue.next()).toEqual({ request: 2, answer: { result: 0 } });
  expect(failures).toEqual([new Error("broken"), "fs.stat"]);
});
