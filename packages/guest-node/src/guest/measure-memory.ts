import type { Guest } from "./guest.ts";
import { promiseFor } from "./primordial.ts";
import { unimplemented } from "./unimplemented.ts";

const FIELDS = 14;
const DETAILED = 1;

/**
 * `vm.measureMemory`: the used heap as V8 counts it, garbage and all. V8 alone can tell how much of it is which context's,
 * in a task of its own that a guest has no time for: details are told while the program has made none.
 *
 * @throws `ERR_VIVARIUM_UNIMPLEMENTED` for details where it has
 */
export function measureMemory(guest: Guest, mode: number, hasContexts: boolean): Promise<unknown> {
  const { heap } = guest.native;
  const numbers = new Float64Array(FIELDS);
  heap.updateHeapStatistics(numbers);
  const used = numbers[heap.kUsedHeapSizeIndex] as number;
  const measured = () => ({ jsMemoryEstimate: used, jsMemoryRange: [used, used] });
  if (mode !== DETAILED) return promiseFor({ total: measured() });
  if (hasContexts) throw unimplemented("contextify", "measureMemory.detailed");
  return promiseFor({ total: measured(), current: measured(), other: [] });
}
