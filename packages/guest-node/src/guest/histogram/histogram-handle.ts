import type { Guest } from "../guest.ts";
import { ObjectDefineProperty } from "../past-prototypes.ts";
import { MapPrototypeSet, MathPow, WeakMapPrototypeGet, WeakMapPrototypeSet } from "../primordial.ts";
import { unimplementedFunction } from "../unimplemented.ts";
import { NO_MINIMUM, ValueCounts } from "./value-counts.ts";

const NANOSECONDS = 1e6;

/** Statistics that Node offers beyond counts and percentiles, and a guest does not. */
const MISSING = [
  "cdf",
  "cliffsD",
  "cohensD",
  "ewmaErrorRate",
  "ewmaMean",
  "ewmaStddev",
  "ksTest",
  "linearBuckets",
  "logBuckets",
  "mannWhitneyTest",
  "percentileCI",
  "percentilesAt",
  "welchTest",
] as const;

type Timers = { setInterval(callback: () => void, ms: number): { unref(): void }; clearInterval(timer: unknown): void };

/** The class behind `perf_hooks.createHistogram()`. */
export function createHistogramClass(guest: Guest, share: (handle: object) => void): HistogramClass {
  const countsOf = new WeakMap<object, ValueCounts>();
  const counts = (handle: object): ValueCounts => {
    const found = WeakMapPrototypeGet(countsOf, handle);
    if (found === undefined) throw new TypeError("Illegal invocation");
    return found;
  };
  class Histogram {
    #last = 0;

    constructor(lowest: number | bigint = 1, highest: number | bigint = Number.MAX_SAFE_INTEGER, figures = 3) {
      WeakMapPrototypeSet(countsOf, this, new ValueCounts(Number(lowest), Number(highest), figures));
      share(this);
    }

    record(value: number | bigint): void {
      counts(this).record(Number(value));
    }

    recordDelta(): void {
      const now = (guest.calls.sync("clock.now") as number) * NANOSECONDS;
      if (this.#last > 0) counts(this).record(now - this.#last);
      this.#last = now;
    }

    recordCorrected(value: number | bigint, interval: number | bigint): void {
      const step = Number(interval);
      for (let at = Number(value); at > 0; at -= step) counts(this).record(at);
    }

    add(other: object): number {
      counts(this).merge(counts(other), 1);
      return counts(this).total;
    }

    subtract(other: object): void {
      counts(this).merge(counts(other), -1);
    }

    reset(): void {
      this.#last = 0;
      counts(this).reset();
    }
  }
  addReaders(Histogram.prototype, counts);
  return Histogram;
}

export type HistogramClass = new (lowest?: number | bigint, highest?: number | bigint, figures?: number) => object;

function addReaders(prototype: object, counts: (handle: object) => ValueCounts): void {
  const define = (name: string, read: (counts: ValueCounts, argument: never) => unknown): void => {
    const value = function (this: object, argument: never): unknown {
      return read(counts(this), argument);
    };
    ObjectDefineProperty(prototype, name, { value, writable: true, configurable: true });
  };
  const numeric = (name: string, read: (counts: ValueCounts, argument: number) => number): void => {
    define(name, read);
    define(`${name}BigInt`, (histogram, argument) => exactly(read(histogram, argument)));
  };
  numeric("count", (histogram) => histogram.total);
  numeric("exceeds", (histogram) => histogram.exceeds);
  numeric("min", (histogram) => histogram.min());
  numeric("max", (histogram) => histogram.max());
  numeric("percentile", (histogram, percentile: number) => histogram.percentile(percentile));
  define("countAt", (histogram, value: number) => histogram.countAt(value));
  define("mean", (histogram) => histogram.mean());
  define("stddev", (histogram) => histogram.stddev());
  define(
    "skewness",
    (histogram) => histogram.moment(3, histogram.mean()) / (histogram.moment(2, histogram.mean()) * histogram.stddev()),
  );
  define(
    "kurtosis",
    (histogram) => histogram.moment(4, histogram.mean()) / MathPow(histogram.moment(2, histogram.mean()), 2) - 3,
  );
  define("percentiles", (histogram, map: Map<number, number>) => {
    histogram.forEachPercentile((percentile, value) => MapPrototypeSet(map, percentile, value));
  });
  define("percentilesBigInt", (histogram, map: Map<number, bigint>) => {
    histogram.forEachPercentile((percentile, value) => MapPrototypeSet(map, percentile, BigInt(value)));
  });
  for (let index = 0; index < MISSING.length; index++) {
    const name = MISSING[index] ?? "";
    const value = unimplementedFunction("performance", `Histogram.${name}`);
    ObjectDefineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}

/** The minimum of nothing is the largest integer of 64 bits, which a double cannot hold. */
function exactly(value: number): bigint {
  return value === NO_MINIMUM ? BigInt(NO_MINIMUM) - 1n : BigInt(value);
}

/** A histogram of how late a timer fires; it never keeps the loop alive. */
export function createDelayHistogram(guest: Guest, Histogram: HistogramClass, resolution: number): object {
  const histogram = new Histogram(1, 3.6e12, 3) as { recordDelta(): void; reset(): void };
  let timer: { unref(): void } | undefined;
  const timers = (): Timers => guest.library.require("timers") as Timers;
  ObjectDefineProperty(histogram, "start", {
    value(reset: boolean) {
      if (timer !== undefined) return;
      if (reset) histogram.reset();
      timer = timers().setInterval(() => histogram.recordDelta(), resolution);
      timer.unref();
    },
  });
  ObjectDefineProperty(histogram, "stop", {
    value() {
      if (timer !== undefined) timers().clearInterval(timer);
      timer = undefined;
    },
  });
  return histogram;
}
