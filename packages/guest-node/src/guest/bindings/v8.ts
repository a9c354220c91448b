import { exposeCollectorLater } from "../expose-collector.ts";
import type { Binding, Guest } from "../guest.ts";
import type { TakeLate } from "../late-bundles.ts";
import { unimplementedFunction } from "../unimplemented.ts";

/** What `node:v8` reports of this guest's heap. */
export function v8Binding(guest: Guest, takeLate: TakeLate): Binding {
  const { heap } = guest.native;
  const heapStatisticsBuffer = new Float64Array(14);
  const heapCodeStatisticsBuffer = new Float64Array(4);
  const heapSpaceStatisticsBuffer = new Float64Array(4);
  return {
    __proto__: null,
    heapStatisticsBuffer,
    heapCodeStatisticsBuffer,
    heapSpaceStatisticsBuffer,
    kHeapSpaces: heap.heapSpaces(),
    updateHeapStatisticsBuffer: () => heap.updateHeapStatistics(heapStatisticsBuffer),
    updateHeapCodeStatisticsBuffer: () => heap.updateHeapCodeStatistics(heapCodeStatisticsBuffer),
    updateHeapSpaceStatisticsBuffer: (space: number) =>
      heap.updateHeapSpaceStatistics(heapSpaceStatisticsBuffer, space),
    cachedDataVersionTag: heap.cachedDataVersionTag,
    isStringOneByteRepresentation: heap.isStringOneByteRepresentation,
    // All others are the whole cell's.
    setFlagsFromString(flags: string) {
      if (flags === "--expose-gc" || flags === "--expose_gc") exposeCollectorLater(heap);
      else heap.setFlagsFromString(flags);
    },
    setHeapSnapshotNearHeapLimit: unimplementedFunction("v8", "setHeapSnapshotNearHeapLimit"),
    get GCProfiler() {
      return takeLate("collections").gcProfilerClass(guest);
    },
    getHashSeed: () => 0n,
    startupSnapshot: {},
  };
}
