import { describeThrown } from "./describe-thrown.ts";
import { InertEncoder } from "./inert-encoder.ts";
import { DEFAULT_MAX_DEPTH, DEFAULT_MAX_NODES, LONGEST_ILL_FORMED } from "./inert-format.ts";
import type { InertPredicates } from "./inert-predicates.ts";
import { illFormed, outOfMemory, tooLarge } from "./inert-writer.ts";

export interface EncodeOptions {
  readonly predicates: InertPredicates;
  /** Bytes that the encoding may have. */
  readonly limitBytes: number;
  /** How the value is called in messages. @default "exports" */
  readonly name?: string;
  /** Nesting that is encoded. @default 1000 */
  readonly maxDepth?: number;
  /** Values that are encoded; numbers in arrays do not count. @default 4000000 */
  readonly maxNodes?: number;
}

/**
 * - `encoded`: the bytes.
 * - `refused`: the value holds something that cannot be data; the message names the path (`exports.a[3] is a function`).
 * - `too-large`: more than `limitBytes`, `maxNodes` or the memory that there is.
 */
export type EncodeResult =
  | { readonly kind: "encoded"; readonly bytes: Uint8Array }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "too-large"; readonly message: string };

/**
 * Encodes a value as inert data. It can be any value of any program: the only code of it that runs are getters of own
 * properties (and of `message`, `name`, `stack` and `code` of errors), each read once. Never throws, never recurses.
 *
 * Kept: primitives (with -0 and lone surrogates), Date, RegExp, errors with their fields and own properties, Map, Set,
 * arrays with holes, objects with and without prototype, boxed primitives, ArrayBuffer and its views (a view takes along
 * only its own bytes), cycles and shared references. Instances of classes and module namespaces become plain objects of
 * their own enumerable properties. Properties named by symbols, and of arrays, Maps and the like, are left out.
 *
 * Refused: functions, symbols, proxies (untouched), promises, weak collections, iterators, shared and detached buffers,
 * getters that throw, nesting beyond `maxDepth`.
 */
export function encodeInert(value: unknown, options: EncodeOptions): EncodeResult {
  const {
    predicates,
    limitBytes,
    name = "exports",
    maxDepth = DEFAULT_MAX_DEPTH,
    maxNodes = DEFAULT_MAX_NODES,
  } = options;
  const encoder = new InertEncoder({ predicates, limitBytes, name, maxDepth, maxNodes });
  try {
    return { kind: "encoded", bytes: encoder.encode(value) };
  } catch (error) {
    if (error === tooLarge) return { kind: "too-large", message: `${name} is more than ${limitBytes} bytes` };
    if (error === outOfMemory) {
      return { kind: "too-large", message: `${name} needs more memory to be encoded than there is` };
    }
    if (error === illFormed) {
      const problem = `is a string of more than ${LONGEST_ILL_FORMED} characters with lone surrogates`;
      return { kind: "refused", message: `${encoder.path} ${problem}` };
    }
    // Whatever else the engine throws (no memory for a buffer, a guest's patched realm) is a refusal too.
    if (encoder.failure !== undefined) return encoder.failure;
    return { kind: "refused", message: `${encoder.path} cannot be encoded: ${describeThrown(error)}` };
  }
}
