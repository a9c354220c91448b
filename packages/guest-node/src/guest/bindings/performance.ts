import type { Collection } from "../collections/collection-watch.ts";
import type { Binding, Guest } from "../guest.ts";
import { createDelayHistogram, createHistogramClass } from "../histogram/histogram-handle.ts";
import type { TakeLate } from "../late-bundles.ts";
import { fixedConstants } from "./constants.ts";

/** Node's library makes an entry of it for those who observe its kind. */
type Observe = (name: string, type: string, startTime: number, duration: number, details: object) => void;

const NANOSECONDS = 1e6;
/** Beginnings of the names that the library alone uses. */
const OWN_NUMBERS = ["NODE_PERFORMANCE_ENTRY_TYPE_", "NODE_PERFORMANCE_MILESTONE_"];

/** Milestones of a guest; they are written when it starts. */
export function performanceBinding(guest: Guest, share: (handle: object) => void, takeLate: TakeLate): Binding {
  const values = guest.tables.bindings["performance"]?.values ?? {};
  const constants = values["constants"] as Readonly<Record<string, number>>;
  const milestones = new Float64Array(8);
  const set = (name: string, value: number) => {
    const index = constants[`NODE_PERFORMANCE_MILESTONE_${name}`];
    if (index !== undefined) milestones[index] = value;
  };
  const now = () => guest.calls.sync("clock.now") as number;
  set("LOOP_EXIT", -1);
  set("LOOP_START", -1);
  guest.onStart(() => {
    set("TIME_ORIGIN", 0);
    set("TIME_ORIGIN_TIMESTAMP", ((guest.calls.sync("clock.epoch") as number) - now()) * 1000);
    set("NODE_START", 0);
    set("V8_START", 0);
    set("ENVIRONMENT", 0);
  });
  guest.onLoopStart(() => set("LOOP_START", now() * NANOSECONDS));
  const Histogram = createHistogramClass(guest, share);
  let observe: Observe = () => undefined;
  const noteCollection = ({ kind, flags, startedAt, durationMs }: Collection): void =>
    observe("gc", "gc", startedAt, durationMs, { kind, flags });
  return {
    __proto__: null,
    Histogram,
    createELDHistogram: (resolution: number) => createDelayHistogram(guest, Histogram, resolution),
    constants: fixedConstants(constants, OWN_NUMBERS),
    milestones,
    observerCounts: new Uint32Array(6),
    now,
    setupObservers(callback: Observe) {
      observe = callback;
    },
    installGarbageCollectionTracking: () => takeLate("collections").collectionWatchOf(guest).add(noteCollection),
    removeGarbageCollectionTracking: () => takeLate("collections").collectionWatchOf(guest).remove(noteCollection),
    notify() {},
    loopIdleTime: () => guest.loop.idleMs(),
    markBootstrapComplete: () => set("BOOTSTRAP_COMPLETE", now() * NANOSECONDS),
    uvMetricsInfo: () => [guest.loop.turns(), 0, 0],
  };
}
