import { describe, expect, it } from "vitest";
import { RandomOperands } from "./support/random-operands.ts";

const STEPS = 2_000;

describe("operations of Node's crypto binding", () => {
  // It ends its process where its operands are not what Node's library hands over: these tests with it.
  it.each([1, 2, 3])("come back from operands of any value (seed %i)", (seed) => {
    const random = new RandomOperands(seed);
    for (let step = 0; step < STEPS; step += 1) random.step();
    const { done, failed, refused } = random.tally;
    expect(done + failed + refused).toBe(STEPS);
    expect(Math.min(done, failed, refused)).toBeGreaterThan(STEPS / 20);
  });
});
