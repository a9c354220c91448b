import type { Binding, Guest } from "../guest.ts";
import { unimplementedFunction } from "../unimplemented.ts";

/** What `node:v8` reports of this guest's heap. */
export function v8Binding(guest: Guest): Binding {
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
    setFlagsFromString: heap.setFlagsFromString,
    setHeapSnapshotNearHeapLimit: unimplementedFunction("v8", "setHeapSnapshotNearHeapLimit"),
    getHashSeed: () => 0n,
    startupSnapshot: {},
  };
}
