import { types } from "node:util";
import { encodeInert, type Invocation, isGuestFunction, type Limits, VivariumError } from "@vivarium/core";
import { writeText } from "@vivarium/kernel";

/** A handle is of use to the host alone. */
function refuseHandles(value: object): undefined {
  if (isGuestFunction(value)) throw new TypeError("it is a function of a guest");
}

const BYTES_PER_MIB = 1024 * 1024;

/**
 * The arguments of a call, as bytes for its guest: no larger than the memory that it may have.
 *
 * @param lends whether they are lent, see {@link EncodeOptions}
 * @throws VivariumError `ERR_UNEXPORTABLE_VALUE`
 */
export function encodeArguments({ args }: Invocation, { memoryLimit }: Limits, lends = false): Uint8Array {
  const limitBytes = memoryLimit * BYTES_PER_MIB;
  const result = encodeInert(args, {
    predicates: types,
    limitBytes,
    name: "arguments",
    live: refuseHandles,
    leavesStacks: true,
    lends,
    writeText,
  });
  if (result.kind === "encoded") return result.bytes;
  throw new VivariumError("ERR_UNEXPORTABLE_VALUE", { problem: result.message });
}
