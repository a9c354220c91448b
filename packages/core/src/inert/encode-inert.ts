import { describeThrown } from "./describe-thrown.ts";
import type { EncodeOptions, EncodeResult } from "./encode-options.ts";
import { InertEncoder } from "./inert-encoder.ts";
import { DEFAULT_MAX_DEPTH, DEFAULT_MAX_NODES, LONGEST_ILL_FORMED } from "./inert-format.ts";
import { InertWriter, illFormed } from "./inert-writer.ts";
import { outOfMemory, tooLarge } from "./limited-bytes.ts";

/**
 * Encodes a value as inert data. It can be any value of any program: the only code of it that runs are getters of own
 * properties (and of `message`, `name`, `stack` and `code` of errors), each read once. Never throws, never recurses.
 *
 * Kept: primitives (with -0 and lone surrogates), Date, RegExp, errors with their fields and own properties, Map, Set,
 * arrays with holes, objects with and without prototype, boxed primitives, ArrayBuffer and its views (a view takes along
 * only its own bytes), cycles and shared references. Instances of classes and module namespaces become plain objects of
 * their own enumerable properties. Further properties of arrays, Maps and the like are left out, as JSON does it.
 *
 * Refused: functions, symbols, enumerable properties of any object that a symbol names, proxies (untouched), promises, weak collections, iterators, shared and detached buffers,
 * getters that throw, nesting beyond `maxDepth`, bigints of more than 4,194,304 bits. Too large: an object of more than
 * 262,144 properties, an array of more than 4,194,304 elements, a Map or a Set of more than 524,288 members.
 */
export function encodeInert(value: unknown, options: EncodeOptions): EncodeResult {
  const {
    predicates,
    limitBytes,
    name = "exports",
    maxDepth = DEFAULT_MAX_DEPTH,
    maxNodes = DEFAULT_MAX_NODES,
    live,
    leavesStacks = false,
    lends = false,
    writeText,
    onPiece,
  } = options;
  const encoder = new InertEncoder(
    { predicates, limitBytes, name, maxDepth, maxNodes, live, leavesStacks },
    new InertWriter(limitBytes, lends, onPiece, writeText),
  );
  try {
    return { kind: "encoded", bytes: encoder.encode(value), takenBytes: encoder.writer.taken };
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
