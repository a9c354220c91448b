import { expect, test } from "vitest";
import { BackOff } from "../src/instance/back-off.ts";

test("an extension that works and crashes in turns rests as one that only crashes", () => {
  const backOff = new BackOff([0, 1000, 5000]);
  backOff.crashed(0);
  backOff.worked(10);
  backOff.crashed(20);
  expect(backOff.restMs(20)).toBe(1000);
  backOff.worked(1030);
  backOff.crashed(1040);
  expect(backOff.restMs(1040)).toBe(5000);
  backOff.worked(7000);
  backOff.crashed(7010);
  expect(backOff.restMs(7010)).toBe(0);
});
