import { describe, expect, it } from "vitest";
import { lineThrough } from "../scripts/endurance/line-through.ts";

const pointsOf = (figure: (at: number) => number): { at: number; figure: number }[] =>
  Array.from({ length: 10 }, (_, at) => ({ at, figure: figure(at) }));

describe("The line through what a soak has measured", () => {
  it("has the slope of points on a line, and no error", () => {
    const { slope, error } = lineThrough(pointsOf((at) => 100 + 3 * at));
    expect(slope).toBeCloseTo(3);
    expect(error).toBeCloseTo(0);
  });

  it("is flat through points that go up and down, and tells that they do", () => {
    const { slope, error } = lineThrough([1, 3, 3, 1].map((figure, at) => ({ at, figure })));
    expect(slope).toBeCloseTo(0);
    expect(error).toBeCloseTo(Math.sqrt(4 / 2 / 5));
  });

  it("is not drawn through too little", () => {
    expect(() => lineThrough(pointsOf(() => 1).slice(0, 2))).toThrow(RangeError);
    expect(() => lineThrough(Array.from({ length: 5 }, () => ({ at: 1, figure: 1 })))).toThrow(RangeError);
  });
});
