import type { Guest } from "../../guest.ts";

/** Fields of one stat: `kFsStatsFieldsNumber`. */
export const STAT_FIELDS = 18;
const FILESYSTEM_FIELDS = 8;

/** The arrays in which Node's library finds the figures of a stat. */
export interface StatValues {
  /** Shared arrays: a synchronous stat answers one of these, and its caller reads it before the next call. */
  readonly statValues: Float64Array;
  readonly bigintStatValues: BigInt64Array;
  readonly statFsValues: Float64Array;
  readonly bigintStatFsValues: BigInt64Array;
  /** Takes the record of a stat out of the window. An asynchronous answer has an array of its own. */
  takeStat(bigint: boolean, own: boolean): Float64Array | BigInt64Array;
  takeStatFs(bigint: boolean, own: boolean): Float64Array | BigInt64Array;
}

export function createStatValues(guest: Guest): StatValues {
  // Twice as long as one stat: Node's StatWatcher keeps the previous one behind the current one.
  const statValues = new Float64Array(2 * STAT_FIELDS);
  const bigintStatValues = new BigInt64Array(2 * STAT_FIELDS);
  const statFsValues = new Float64Array(FILESYSTEM_FIELDS);
  const bigintStatFsValues = new BigInt64Array(FILESYSTEM_FIELDS);
  return {
    statValues,
    bigintStatValues,
    statFsValues,
    bigintStatFsValues,
    takeStat(bigint, own) {
      const { record } = guest.calls;
      if (bigint) {
        const values = own ? new BigInt64Array(STAT_FIELDS) : bigintStatValues;
        for (let index = 0; index < STAT_FIELDS; index++) values[index] = BigInt(record[index] ?? 0);
        return values;
      }
      const values = own ? new Float64Array(STAT_FIELDS) : statValues;
      for (let index = 0; index < STAT_FIELDS; index++) values[index] = record[index] ?? 0;
      return values;
    },
    takeStatFs(bigint, own) {
      const { record } = guest.calls;
      // Node tells the fragment size beside the block size; for the kernel they are the same.
      const order = [0, 1, 1, 2, 3, 4, 5, 6];
      const values = own ? new Float64Array(FILESYSTEM_FIELDS) : statFsValues;
      for (let index = 0; index < FILESYSTEM_FIELDS; index++) values[index] = record[order[index] ?? 0] ?? 0;
      if (!bigint) return values;
      const bigints = own ? new BigInt64Array(FILESYSTEM_FIELDS) : bigintStatFsValues;
      for (let index = 0; index < FILESYSTEM_FIELDS; index++) bigints[index] = BigInt(values[index] ?? 0);
      return bigints;
    },
  };
}
