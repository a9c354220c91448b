import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** This process's own garbage, collected when it suits. */
export interface GarbageCollection {
  /** Everything, some ten milliseconds. */
  full(): void;
  /** What is young, about a millisecond, unless there is much room for it yet. */
  minorIfDue(): void;
}

/** The share of the room for young objects from which on it is worth while. */
const DUE = 0.4;

/** To be opened before there is a guest: contexts that are made later get no such function. */
export function openGarbageCollection(): GarbageCollection {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options?: { readonly type: "minor" }) => void;
  setFlagsFromString("--no-expose-gc");
  return {
    full: () => collect(),
    minorIfDue() {
      const young = getHeapSpaceStatistics().find((space) => space.space_name === "new_space");
      if (young === undefined) return;
      const { space_used_size: used, space_available_size: available } = young;
      if (used > DUE * (used + available)) collect({ type: "minor" });
    },
  };
}

/**
 * Guests that the native helper puts into the background (see `keepLongMemory`) have their garbage collected in one go, and run
 * as fast as others. To be called before there is a guest; an engine that does not know a flag goes on without.
 */
export function collectAtOnceInBackground(): void {
  setFlagsFromString("--no-incremental-marking-for-gc-in-background");
  setFlagsFromString("--no-efficiency-mode-for-tiering-heuristics");
}

/**
 * Buffers that are young are collected when there are 32 MiB of them, in a fraction of a millisecond, rather than with all
 * else at 64 MiB: most of the time that they take goes into memory that is fresh, and into looking at what lives. To be
 * called before there is a guest; an engine that does not know the flag goes on without. The room for young objects of guests
 * is chosen apart from it.
 */
export function collectYoungBuffersEarly(): void {
  setFlagsFromString("--scavenger-max-new-space-capacity-mb=8");
}
