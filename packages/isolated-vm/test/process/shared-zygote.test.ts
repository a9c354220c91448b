import { afterEach, expect, test, vi } from "vitest";
import { SharedZygote } from "../../src/process/shared-zygote.ts";
import { childrenOf } from "../driver/children-of.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("a zygote that ends by itself three times is given up for a minute, and then tried again", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const command = { execPath: process.execPath, args: ["--eval", "process.exit(1)"] };
  const zygote = new SharedZygote({ command, guestsPerCopy: 1, idleTimeMs: 0 });
  let lost = 0;
  const user = { onPrepared: () => undefined, onLost: () => (lost += 1) };
  zygote.join(user);
  for (let failures = 1; failures <= 3; failures += 1) {
    zygote.warm("node 64");
    expect(zygote.isStarted).toBe(true);
    await expect.poll(() => lost, { timeout: 10_000 }).toBe(failures);
  }
  zygote.warm("node 64");
  expect(zygote.isStarted).toBe(false);
  vi.advanceTimersByTime(61_000);
  zygote.warm("node 64");
  expect(zygote.isStarted).toBe(true);
  await zygote.leave(user);
  expect(zygote.isStarted).toBe(false);
});

test("a zygote that the machine refuses at once is lost, and whoever asked goes on", async () => {
  // As a machine without memory does; whatever else spawn(2) answers comes in a later turn.
  const command = { execPath: "\0", args: [] };
  const zygote = new SharedZygote({ command, guestsPerCopy: 1, idleTimeMs: 0 });
  const lost: string[] = [];
  const user = { onPrepared: () => undefined, onLost: ({ message }: Error) => void lost.push(message) };
  zygote.join(user);
  zygote.warm("node 64");
  expect(zygote.isStarted).toBe(false);
  expect(lost).toEqual([expect.stringContaining("it could not be started")]);
  await zygote.leave(user);
});

test.runIf(process.platform === "linux")("a zygote that has been abandoned ends, and none comes after it", async () => {
  const before = new Set(childrenOf(process.pid));
  const command = { execPath: process.execPath, args: ["--eval", "setInterval(() => {}, 1000)"] };
  const zygote = new SharedZygote({ command, guestsPerCopy: 1, idleTimeMs: 0 });
  let lost = 0;
  const user = { onPrepared: () => undefined, onLost: () => (lost += 1) };
  zygote.join(user);
  zygote.warm("node 64");
  expect(zygote.isStarted).toBe(true);
  zygote.abandon();
  expect(zygote.isStarted).toBe(false);
  zygote.warm("node 64");
  expect(zygote.isStarted).toBe(false);
  await zygote.leave(user);
  expect(lost).toBe(0);
  // It heeds no order: whoever leaves waits until it was killed.
  expect(childrenOf(process.pid).filter((child) => !before.has(child))).toEqual([]);
});

test("nobody waits for a zygote that is gone, whether it ends by itself, is abandoned or could not be started", async () => {
  const user = { onPrepared: () => undefined, onLost: () => undefined };
  const zygoteOf = (execPath: string, code: string): SharedZygote => {
    const command = { execPath, args: ["--eval", code] };
    const zygote = new SharedZygote({ command, guestsPerCopy: 1, idleTimeMs: 0 });
    zygote.join(user);
    return zygote;
  };
  const [dying, abandoned, refused] = [
    zygoteOf(process.execPath, "process.exit(1)"),
    zygoteOf(process.execPath, "setInterval(() => {}, 1000)"),
    zygoteOf("\0", ""),
  ];
  const waits = [dying.warmed("node 64"), abandoned.warmed("node 64"), refused.warmed("node 64")];
  abandoned.abandon();
  await Promise.all(waits);
  expect([dying.isStarted, abandoned.isStarted, refused.isStarted]).toEqual([false, false, false]);
  for (const zygote of [dying, abandoned, refused]) await zygote.leave(user);
});
