import { bytesOf } from "../../bytes.ts";
import { dictionary, setOwn, TypedArrayPrototypeSlice } from "../../past-prototypes.ts";
import { ArrayBufferIsView, TypedArrayPrototypeGetBuffer } from "../../primordial.ts";

/** What Node's binding reads of a JSON web key. */
const webKeyMembers = [
  "kty",
  "k",
  "n",
  "e",
  "d",
  "p",
  "q",
  "dp",
  "dq",
  "qi",
  "crv",
  "x",
  "y",
  "alg",
  "pub",
  "priv",
] as const;

/** Stands for a member that is there and no text: it is refused as Node refuses it. */
const NO_TEXT = 0;

/**
 * Operands as they go to the kernel. A program's own objects stay behind: of a JSON web key, what the binding reads goes.
 *
 * @param crosses whether an object is bytes, or one of the kernel's
 * @param isShared whether a value is a buffer that others may see
 */
export function readOperands(
  operands: readonly unknown[],
  crosses: (object: object) => boolean,
  isShared: (value: unknown) => boolean,
): unknown[] {
  const read: unknown[] = [];
  for (let index = 0; index < operands.length; index++) {
    const operand = operands[index];
    if (typeof operand !== "object" || operand === null) setOwn(read, index, operand);
    else if (!crosses(operand)) setOwn(read, index, readWebKey(operand as Record<string, unknown>));
    else setOwn(read, index, isSharedBytes(operand, isShared) ? TypedArrayPrototypeSlice(bytesOf(operand)) : operand);
  }
  return read;
}

/** Memory that others may be writing to is copied. */
function isSharedBytes(object: object, isShared: (value: unknown) => boolean): object is ArrayBufferView {
  return isShared(ArrayBufferIsView(object) ? TypedArrayPrototypeGetBuffer(bytesOf(object)) : object);
}

/** Each member is read once, as the binding reads it: getters run, and what is inherited counts. */
function readWebKey(key: Readonly<Record<string, unknown>>): object {
  const read = dictionary<unknown>();
  for (let index = 0; index < webKeyMembers.length; index++) {
    const name = webKeyMembers[index] as string;
    const value = key[name];
    if (value !== undefined) read[name] = typeof value === "string" ? value : NO_TEXT;
  }
  return read;
}
