import { expect, test } from "vitest";
import { Pace } from "../../src/life/pace.ts";
import { gateTo, never } from "../support/gates.ts";

test("so many go on at once, and those after them wait, each a little longer", async () => {
  const pace = new Pace({ perSecond: 100, burst: 3 }, 0);
  const waits = Array.from({ length: 6 }, () => pace.turn(0));
  expect(waits.map((wait) => wait === undefined)).toEqual([true, true, true, false, false, false]);
  await Promise.all(waits);
});

test("what is not used is earned again, up to the burst and no further", () => {
  const pace = new Pace({ perSecond: 100, burst: 2 }, 0);
  for (let n = 0; n < 2; n += 1) expect(pace.turn(0)).toBeUndefined();
  expect(pace.turn(10)).toBeUndefined();
  for (let n = 0; n < 2; n += 1) expect(pace.turn(60_000)).toBeUndefined();
  expect(pace.turn(60_000)).toBeInstanceOf(Promise);
});

test("calls of services that come too soon wait, those that are denied among them", async () => {
  const gate = gateTo({ s: { one: () => 1 } }, { pace: new Pace({ perSecond: 100, burst: 1 }, performance.now()) });
  const order: string[] = [];
  const began = performance.now();
  await Promise.all([
    ...[1, 2, 3].map((n) => gate.call("s", "one", [], never).then(() => order.push(`call ${n}`))),
    gate.call("s", "none", [], never).catch(({ code }) => order.push(code)),
  ]);
  expect(order).toEqual(["call 1", "call 2", "call 3", "ERR_PLUGIN_PERMISSION"]);
  expect(performance.now() - began).toBeGreaterThan(25);
});
