import type { StdinSource } from "../contracts/runtime-driver.ts";
import { invalid } from "../options/validate-options.ts";

/** @throws VivariumError `ERR_INVALID_OPTION` */
export function readStdin(value: unknown): StdinSource {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  const isIterable = typeof value === "object" && value !== null && Symbol.asyncIterator in value;
  return isIterable
    ? (value as StdinSource)
    : invalid("stdin", "a string, a Uint8Array or an async iterable of them", value);
}
