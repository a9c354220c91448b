import type { LinearMemory } from "../wasm/linear-memory.ts";
import { EINVAL, SUCCESS } from "./wasi-constants.table.ts";
import { WasiFailure, type WasiWorld } from "./wasi-world.ts";

const SECOND = 1_000_000_000n;
const NANOSECONDS_PER_MILLISECOND = 1_000_000;
/** Flags: which time is to be set, and whether to the present. */
const ACCESSED = 1;
const ACCESSED_NOW = 2;
const MODIFIED = 4;
const MODIFIED_NOW = 8;
/** Places in the record of a stat. */
const place = { dev: 0, mode: 1, nlink: 2, ino: 7, size: 8, accessed: 10, modified: 12, changed: 14 };

/** Writes what the guest has just been told of a file, as WASI tells it. */
export function putStat(world: WasiWorld, memory: LinearMemory, to: number): number {
  const { record } = world.guest.calls;
  const whole = (index: number): bigint => BigInt(record[index] as number);
  const time = (index: number): bigint => whole(index) * SECOND + whole(index + 1);
  memory.setU64(to, whole(place.dev));
  memory.setU64(to + 8, whole(place.ino));
  memory.setU64(to + 16, BigInt(world.typeOf(record[place.mode] as number)));
  memory.setU64(to + 24, whole(place.nlink));
  memory.setU64(to + 32, whole(place.size));
  memory.setU64(to + 40, time(place.accessed));
  memory.setU64(to + 48, time(place.modified));
  memory.setU64(to + 56, time(place.changed));
  return SUCCESS;
}

/** Times that are to be set, in milliseconds; those that are not are as the guest has just been told. */
export function timesOf(
  { guest }: WasiWorld,
  accessed: bigint,
  modified: bigint,
  flags: number,
): { readonly accessed: number; readonly modified: number } {
  const { record } = guest.calls;
  const old = (index: number): number =>
    (record[index] as number) * 1_000 + (record[index + 1] as number) / NANOSECONDS_PER_MILLISECOND;
  const before = { accessed: old(place.accessed), modified: old(place.modified) };
  const both = (set: number, now: number): boolean => (flags & set) !== 0 && (flags & now) !== 0;
  if (both(ACCESSED, ACCESSED_NOW) || both(MODIFIED, MODIFIED_NOW)) throw new WasiFailure(EINVAL);
  const now = guest.calls.sync("clock.epoch") as number;
  const pick = (set: number, isNow: number, wanted: bigint, otherwise: number): number => {
    if ((flags & isNow) !== 0) return now;
    return (flags & set) === 0 ? otherwise : Number(wanted) / NANOSECONDS_PER_MILLISECOND;
  };
  return {
    accessed: pick(ACCESSED, ACCESSED_NOW, accessed, before.accessed),
    modified: pick(MODIFIED, MODIFIED_NOW, modified, before.modified),
  };
}
