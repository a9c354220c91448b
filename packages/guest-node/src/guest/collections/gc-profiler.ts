import type { Guest } from "../guest.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { JSONStringify } from "../primordial.ts";
import { type Collection, collectionWatchOf, HEAP_FIELDS, SPACE_FIELDS } from "./collection-watch.ts";

/** What Node calls V8's kinds of collections, by their numbers. */
const kinds: Readonly<Record<string, string>> = {
  __proto__: null as never,
  1: "Scavenge",
  2: "MinorMarkSweep",
  4: "MarkSweepCompact",
  8: "IncrementalMarking",
  16: "ProcessWeakCallbacks",
};

/** `internalBinding('v8').GCProfiler`: what `v8.GCProfiler` stands on, which makes an object of the text. */
export function gcProfilerClass(guest: Guest): unknown {
  const watch = collectionWatchOf(guest);
  const epoch = () => guest.calls.sync("clock.epoch") as number;
  return class GCProfiler {
    #statistics: object[] | undefined;
    #startedAt = 0;
    readonly #note = (collection: Collection): void => {
      if (this.#statistics !== undefined) ArrayPrototypePush(this.#statistics, statisticOf(guest, collection));
    };

    start(): void {
      if (this.#statistics !== undefined) return;
      this.#statistics = [];
      this.#startedAt = epoch();
      watch.look();
      watch.add(this.#note);
    }

    stop(): string | undefined {
      const statistics = this.#statistics;
      if (statistics === undefined) return undefined;
      watch.look();
      watch.remove(this.#note);
      this.#statistics = undefined;
      return JSONStringify({ version: 1, startTime: this.#startedAt, statistics, endTime: epoch() });
    }
  };
}

function statisticOf(guest: Guest, { kind, durationMs, sizes }: Collection): object {
  return {
    gcType: kinds[kind] ?? "Unknown",
    beforeGC: heapOf(guest, sizes, 0),
    cost: durationMs * 1000,
    afterGC: heapOf(guest, sizes, HEAP_FIELDS + SPACE_FIELDS * guest.native.heap.heapSpaces().length),
  };
}

function heapOf(guest: Guest, sizes: Float64Array, start: number): object {
  const names = guest.native.heap.heapSpaces();
  const heapSpaceStatistics: object[] = [];
  for (let index = 0; index < names.length; index++) {
    const at = start + HEAP_FIELDS + index * SPACE_FIELDS;
    ArrayPrototypePush(heapSpaceStatistics, {
      spaceName: names[index],
      spaceSize: sizes[at],
      spaceUsedSize: sizes[at + 1],
      spaceAvailableSize: sizes[at + 2],
      physicalSpaceSize: sizes[at + 3],
    });
  }
  const heapStatistics = {
    totalHeapSize: sizes[start],
    totalHeapSizeExecutable: sizes[start + 1],
    totalPhysicalSize: sizes[start + 2],
    totalAvailableSize: sizes[start + 3],
    totalGlobalHandlesSize: sizes[start + 4],
    usedGlobalHandlesSize: sizes[start + 5],
    usedHeapSize: sizes[start + 6],
    heapSizeLimit: sizes[start + 7],
    mallocedMemory: sizes[start + 8],
    externalMemory: sizes[start + 9],
    peakMallocedMemory: sizes[start + 10],
  };
  return { heapStatistics, heapSpaceStatistics };
}
