import { ArrayPrototypePush, defineOwn } from "../past-prototypes.ts";
import { MathMin } from "../primordial.ts";

/** Where a setting stands in `settingsBuffer`, by its number in HTTP/2, and what it is by default. In the order of the numbers. */
const settings: readonly (readonly [id: number, index: number, byDefault: number])[] = [
  [1, 0, 4096],
  [2, 1, 1],
  [3, 4, 0xffff_ffff],
  [4, 2, 65_535],
  [5, 3, 16_384],
  [6, 5, 65_535],
  [8, 6, 0],
];
const FLAGS = 7;
const CUSTOM_COUNT = 8;
const CUSTOM = 9;
const MOST_CUSTOM = 10;

/** Puts the defaults there. */
export function refreshDefaults(buffer: Uint32Array): void {
  let flags = 0;
  for (let at = 0; at < settings.length; at++) {
    const index = settings[at]?.[1] ?? 0;
    const byDefault = settings[at]?.[2] ?? 0;
    buffer[index] = byDefault;
    flags |= 1 << index;
  }
  buffer[FLAGS] = flags;
}

/** What the library has put there: number and value, one after the other. */
export function chosenSettings(buffer: Uint32Array): Uint32Array {
  const flags = buffer[FLAGS] ?? 0;
  const pairs: number[] = [];
  for (let at = 0; at < settings.length; at++) {
    const id = settings[at]?.[0] ?? 0;
    const index = settings[at]?.[1] ?? 0;
    if (((flags >> index) & 1) === 0) continue;
    ArrayPrototypePush(pairs, id);
    ArrayPrototypePush(pairs, buffer[index] ?? 0);
  }
  const custom = customCount(buffer);
  for (let at = 0; at < custom; at++) {
    ArrayPrototypePush(pairs, buffer[CUSTOM + at * 2] ?? 0);
    ArrayPrototypePush(pairs, buffer[CUSTOM + at * 2 + 1] ?? 0);
  }
  const list = new Uint32Array(pairs.length);
  for (let at = 0; at < pairs.length; at++) list[at] = pairs[at] ?? 0;
  return list;
}

/** Settings that HTTP/2 does not know, by their numbers. */
export interface CustomSettings {
  readonly ids: number[];
  readonly values: (number | undefined)[];
}

/** Those that the library has put there; `withValues`: with what they are set to. */
export function customSettings(buffer: Uint32Array, withValues: boolean): CustomSettings {
  const ids: number[] = [];
  const values: (number | undefined)[] = [];
  const count = customCount(buffer);
  for (let at = 0; at < count; at++) {
    ArrayPrototypePush(ids, (buffer[CUSTOM + at * 2] ?? 0) & 0xffff);
    ArrayPrototypePush(values, withValues ? buffer[CUSTOM + at * 2 + 1] : undefined);
  }
  return { ids, values };
}

/** Takes over what is new. */
export function updateCustom(known: CustomSettings, chosen: CustomSettings): void {
  for (let at = 0; at < chosen.ids.length; at++) {
    let index = 0;
    while (index < known.ids.length && known.ids[index] !== chosen.ids[at]) index++;
    if (index === MOST_CUSTOM) continue;
    defineOwn(known.ids, index, chosen.ids[at]);
    defineOwn(known.values, index, chosen.values[at]);
  }
}

/** Writes down what holds now. */
export function tellSettings(buffer: Uint32Array, valueOf: (id: number) => number, custom: CustomSettings): void {
  for (let at = 0; at < settings.length; at++) {
    const id = settings[at]?.[0] ?? 0;
    const index = settings[at]?.[1] ?? 0;
    buffer[index] = valueOf(id);
  }
  let count = 0;
  for (let at = 0; at < custom.ids.length && count < MOST_CUSTOM; at++) {
    const value = custom.values[at];
    if (value === undefined) continue;
    buffer[CUSTOM + count * 2] = custom.ids[at] ?? 0;
    buffer[CUSTOM + count * 2 + 1] = value;
    count++;
  }
  buffer[CUSTOM_COUNT] = count;
}

function customCount(buffer: Uint32Array): number {
  return MathMin(buffer[CUSTOM_COUNT] ?? 0, MOST_CUSTOM);
}
