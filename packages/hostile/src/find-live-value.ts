import { isProxy } from "node:util/types";

/** Enough to meet each kind of value that a program exports, and few enough to take no time. */
const MOST_VALUES = 5_000;

/**
 * The first value within `exports` that is more than data: a function, a symbol, a proxy, an accessor, or an object with
 * a prototype that is not this realm's own. `undefined` when there is none among the first few thousand values.
 */
export function findLiveValue(exports: unknown): string | undefined {
  const waiting: unknown[] = [exports];
  const seen = new Set<unknown>();
  while (waiting.length > 0 && seen.size < MOST_VALUES) {
    const value = waiting.pop();
    if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isProxy(value)) return "a proxy";
    if (!isOfThisRealm(value)) return "an object of another realm";
    if (value instanceof Map) waiting.push(...[...value.entries()].slice(0, MOST_VALUES).flat());
    if (value instanceof Set) waiting.push(...[...value].slice(0, MOST_VALUES));
    if (ArrayBuffer.isView(value)) continue;
    for (const key of Object.keys(value).slice(0, MOST_VALUES)) {
      const property = Object.getOwnPropertyDescriptor(value, key);
      if (property !== undefined && !("value" in property)) return `an accessor named ${key}`;
      waiting.push(property?.value);
    }
  }
  return undefined;
}

function isOfThisRealm(value: object): boolean {
  return Object.getPrototypeOf(value) === null || value instanceof Object;
}
