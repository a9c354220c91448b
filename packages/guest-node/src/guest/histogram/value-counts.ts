import { ArrayPrototypePush } from "../past-prototypes.ts";
import {
  ArrayPrototypeSort,
  MapPrototypeForEach,
  MapPrototypeGet,
  MapPrototypeSet,
  MathFloor,
  MathLog,
  MathMax,
  MathMin,
  MathPow,
  MathSqrt,
} from "../primordial.ts";

/** The minimum of a histogram that has recorded nothing. */
export const NO_MINIMUM: number = 2 ** 63;

function log2Floor(value: number): number {
  // Logarithms of doubles may be off by one near powers of two.
  let power = MathFloor(MathLog(value) / MathLog(2));
  while (MathPow(2, power + 1) <= value) power++;
  while (MathPow(2, power) > value) power--;
  return power;
}

/**
 * Counts of values in buckets whose width grows with the value, so that a number of significant digits is kept: the
 * High Dynamic Range histogram (hdrhistogram.org), in the layout of its C implementation.
 */
export class ValueCounts {
  readonly highest: number;
  readonly #unit: number;
  readonly #halfMagnitude: number;
  readonly #halfCount: number;
  #counts: Map<number, number> = new Map();
  #indices: number[] | undefined;
  total = 0;
  exceeds = 0;
  #min = NO_MINIMUM;
  #max = 0;

  constructor(lowest: number, highest: number, figures: number) {
    this.highest = highest;
    this.#unit = log2Floor(lowest);
    this.#halfMagnitude = MathMax(log2Floor(2 * MathPow(10, figures) - 1) + 1, 1) - 1;
    this.#halfCount = MathPow(2, this.#halfMagnitude);
  }

  record(value: number, count = 1): void {
    if (value > this.highest || value < 0) {
      this.exceeds += count;
      return;
    }
    const index = this.#indexOf(value);
    const before = MapPrototypeGet(this.#counts, index);
    if (before === undefined) this.#indices = undefined;
    MapPrototypeSet(this.#counts, index, (before ?? 0) + count);
    this.total += count;
    if (value !== 0) this.#min = MathMin(this.#min, value);
    this.#max = MathMax(this.#max, value);
  }

  reset(): void {
    this.#counts = new Map();
    this.#indices = undefined;
    this.total = 0;
    this.exceeds = 0;
    this.#min = NO_MINIMUM;
    this.#max = 0;
  }

  /** Adds what `other` has counted, `sign` times. */
  merge(other: ValueCounts, sign: 1 | -1): void {
    other.forEach((value, count) => {
      const there = this.countAt(value);
      if (value <= this.highest) this.record(value, sign === 1 ? count : -MathMin(count, there));
    });
    if (sign === 1) this.exceeds += other.exceeds;
  }

  countAt(value: number): number {
    return MapPrototypeGet(this.#counts, this.#indexOf(value)) ?? 0;
  }

  min(): number {
    if ((MapPrototypeGet(this.#counts, 0) ?? 0) > 0) return 0;
    return this.#min === NO_MINIMUM ? NO_MINIMUM : this.lowestLike(this.#min);
  }

  max(): number {
    return this.#max === 0 ? 0 : this.lowestLike(this.#max) + this.#widthAt(this.#max) - 1;
  }

  /** The mean of (value − mean of all)ⁿ; the mean itself for 1. */
  moment(power: number, around: number): number {
    let sum = 0;
    this.forEach((value, count) => {
      sum += MathPow(value + MathFloor(this.#widthAt(value) / 2) - around, power) * count;
    });
    return sum / this.total;
  }

  mean(): number {
    return this.moment(1, 0);
  }

  stddev(): number {
    return MathSqrt(this.moment(2, this.mean()));
  }

  /** The value below which lie `percentile` percent of what was recorded. */
  percentile(percentile: number): number {
    const wanted = MathMax(1, MathFloor((MathMin(percentile, 100) / 100) * this.total + 0.5));
    let seen = 0;
    let found = 0;
    this.forEach((value, count) => {
      if (seen < wanted) found = percentile === 0 ? value : value + this.#widthAt(value) - 1;
      seen += count;
    });
    return found;
  }

  /** Percentiles in steps that halve towards 100. */
  forEachPercentile(visit: (percentile: number, value: number) => void): void {
    let seen = 0;
    let next = 0;
    let last = 0;
    this.forEach((value, count) => {
      seen += count;
      last = value;
      // The last bucket is told once before it is told as the hundredth.
      for (let again = true; again && next <= (100 * seen) / this.total; again = seen < this.total) {
        visit(next, value);
        const halves = MathFloor(MathLog(100 / (100 - next)) / MathLog(2)) + 1;
        next += 100 / MathPow(2, halves);
      }
    });
    visit(100, last);
  }

  /** In ascending order, each with the lowest value of its bucket. */
  forEach(visit: (value: number, count: number) => void): void {
    this.#indices ??= ascending(this.#counts);
    const indices = this.#indices;
    for (let at = 0; at < indices.length; at++) {
      const index = indices[at] ?? 0;
      const count = MapPrototypeGet(this.#counts, index) ?? 0;
      if (count > 0) visit(this.#valueAt(index), count);
    }
  }

  lowestLike(value: number): number {
    return this.#valueAt(this.#indexOf(value));
  }

  #bucketOf(value: number): number {
    return MathMax(0, log2Floor(MathMax(value, 1)) - this.#unit - this.#halfMagnitude);
  }

  #indexOf(value: number): number {
    const bucket = this.#bucketOf(value);
    const within = MathFloor(value / MathPow(2, bucket + this.#unit));
    return bucket * this.#halfCount + within;
  }

  #valueAt(index: number): number {
    const bucket = MathMax(0, MathFloor(index / this.#halfCount) - 1);
    return (index - bucket * this.#halfCount) * MathPow(2, bucket + this.#unit);
  }

  #widthAt(value: number): number {
    return MathPow(2, this.#unit + this.#bucketOf(value));
  }
}

function ascending(counts: Map<number, number>): number[] {
  const indices: number[] = [];
  MapPrototypeForEach(counts, (_count, index) => ArrayPrototypePush(indices, index));
  return ArrayPrototypeSort(indices, (a, b) => a - b);
}
