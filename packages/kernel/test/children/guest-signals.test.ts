import { expect, test } from "vitest";
import { GuestSignals } from "../../src/children/guest-signals.ts";

const [SIGINT, SIGABRT, SIGKILL, SIGTERM, SIGCHLD] = [2, 6, 9, 15, 17];
const invalid = expect.objectContaining({ code: "EINVAL" });

test("a guest lives on after a signal that it listens to, or that ends nothing", () => {
  const signals = new GuestSignals();
  signals.listen(SIGTERM, true);
  signals.listen(SIGABRT, true);
  expect(["SIGTERM", "SIGABRT", "SIGIOT", "SIGCHLD", "SIGNONE"].map((name) => signals.send(name))).not.toContain(false);
  expect(signals.endedBy).toBeUndefined();
  signals.listen(SIGTERM, false);
  expect(signals.send("SIGTERM")).toBe(false);
  expect(signals.send("SIGHUP")).toBe(false);
  expect(signals.endedBy).toBe("SIGTERM");
});

test("signals wait for it, each once, and it for them", async () => {
  const signals = new GuestSignals();
  for (const signal of [SIGINT, SIGTERM, SIGCHLD]) signals.listen(signal, true);
  for (let round = 0; round < 1000; round++) signals.send("SIGINT");
  signals.send("SIGCHLD");
  expect([signals.next(), signals.next()]).toEqual([SIGINT, SIGCHLD]);
  const waiting = signals.next();
  expect(() => signals.next()).toThrow(expect.objectContaining({ code: "EBUSY" }));
  signals.send("SIGTERM");
  expect(await waiting).toBe(SIGTERM);
  const last = signals.next();
  signals.close();
  expect([await last, signals.next()]).toEqual([0, 0]);
});

test("nobody listens to what cannot be heard, or is no signal", () => {
  const signals = new GuestSignals();
  for (const signal of [0, -1, SIGKILL, 19, 32, 65, 1e9]) expect(() => signals.listen(signal, true)).toThrow(invalid);
  signals.raise(1000);
  expect(signals.endedBy).toBeUndefined();
  signals.raise(SIGABRT);
  signals.raise(SIGKILL);
  expect(signals.endedBy).toBe("SIGABRT");
});
