import { types } from "node:util";
import { encodeInert, type Invocation, type Limits, VivariumError } from "@vivarium/core";

const BYTES_PER_MIB = 1024 * 1024;

/**
 * The arguments of a call, as bytes for its guest: no larger than the memory that it may have.
 *
 * @throws VivariumError `ERR_UNEXPORTABLE_VALUE`
 */
export function encodeArguments({ args }: Invocation, { memoryLimit }: Limits): Uint8Array {
  const limitBytes = memoryLimit * BYTES_PER_MIB;
  const result = encodeInert(args, { predicates: types, limitBytes, name: "arguments" });
  if (result.kind === "encoded") return result.bytes;
  throw new VivariumError("ERR_UNEXPORTABLE_VALUE", { problem: result.message });
}
