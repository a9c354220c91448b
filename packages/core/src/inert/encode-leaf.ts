import type { InertEncoder } from "./inert-encoder.ts";
import {
  LONGEST_EXPRESSION,
  TAG_ARRAY_BUFFER,
  TAG_BOXED,
  TAG_DATA_VIEW,
  TAG_DATE,
  TAG_REGEXP,
  TAG_TYPED_ARRAY,
  TYPED_ARRAY_KINDS,
} from "./inert-format.ts";
import {
  bigintValue,
  booleanValue,
  bufferBytes,
  dataViewBuffer,
  dataViewBytes,
  dataViewOffset,
  dateValue,
  isDetached,
  numberValue,
  regExpFlags,
  regExpSource,
  stringValue,
  symbolValue,
  typedArrayBuffer,
  typedArrayBytes,
  typedArrayKind,
  typedArrayOffset,
  Uint8ArrayConstructor,
} from "./intrinsics.ts";

/** Encodes an object without children, if it is one: a date, an expression, bytes, a boxed primitive. */
export function encodeLeaf(encoder: InertEncoder, value: object): boolean {
  const is = encoder.options.predicates;
  if (is.isDate(value)) {
    encoder.writer.byte(TAG_DATE);
    encoder.writer.number(dateValue(value));
  } else if (is.isRegExp(value)) {
    encodeRegExp(encoder, value);
  } else if (is.isBoxedPrimitive(value)) {
    encoder.writer.byte(TAG_BOXED);
    encoder.value(unbox(value));
  } else {
    return encodeBytes(encoder, value);
  }
  return true;
}

function encodeRegExp(encoder: InertEncoder, value: object): void {
  const source = regExpSource(value);
  if (source.length > LONGEST_EXPRESSION) {
    encoder.refuse(`is a regular expression of more than ${LONGEST_EXPRESSION} characters`);
  }
  let flags = "";
  for (let index = 0; index < regExpFlags.length; index += 1) {
    const entry = regExpFlags[index];
    if (entry?.isSet(value)) flags += entry.flag;
  }
  encoder.writer.byte(TAG_REGEXP);
  encoder.writer.string(source);
  encoder.writer.string(flags);
}

/** The primitive in a box: the built-in `valueOf` of every other kind throws. A boxed symbol comes out as it is, to be refused. */
function unbox(value: object): unknown {
  for (let index = 0; index < unboxers.length; index += 1) {
    try {
      return unboxers[index]?.(value);
    } catch {
      // Another kind of box.
    }
  }
  return undefined;
}

const unboxers: readonly ((self: object) => unknown)[] = [
  numberValue,
  stringValue,
  booleanValue,
  bigintValue,
  symbolValue,
];

function encodeBytes(encoder: InertEncoder, value: object): boolean {
  const is = encoder.options.predicates;
  const kind = typedArrayKind(value);
  if (kind !== undefined) {
    const buffer = usableBuffer(encoder, typedArrayBuffer(value));
    encoder.writer.byte(TAG_TYPED_ARRAY);
    encoder.writer.byte(kindIndex(encoder, kind));
    writeBytes(encoder, buffer, typedArrayOffset(value), typedArrayBytes(value));
  } else if (is.isArrayBuffer(value)) {
    const buffer = usableBuffer(encoder, value as ArrayBuffer);
    encoder.writer.byte(TAG_ARRAY_BUFFER);
    writeBytes(encoder, buffer, 0, bufferBytes(buffer));
  } else if (is.isDataView(value)) {
    const buffer = usableBuffer(encoder, dataViewBuffer(value));
    encoder.writer.byte(TAG_DATA_VIEW);
    writeBytes(encoder, buffer, dataViewOffset(value), dataViewBytes(value));
  } else if (is.isSharedArrayBuffer(value)) {
    encoder.refuse("is a SharedArrayBuffer");
  } else {
    return false;
  }
  return true;
}

function usableBuffer(encoder: InertEncoder, buffer: ArrayBuffer): ArrayBuffer {
  if (encoder.options.predicates.isSharedArrayBuffer(buffer)) encoder.refuse("is memory of a SharedArrayBuffer");
  if (isDetached(buffer)) encoder.refuse("is a detached buffer");
  return buffer;
}

function kindIndex(encoder: InertEncoder, kind: string): number {
  for (let index = 0; index < TYPED_ARRAY_KINDS.length; index += 1) if (TYPED_ARRAY_KINDS[index] === kind) return index;
  return encoder.refuse(`is a ${kind}`);
}

function writeBytes(encoder: InertEncoder, buffer: ArrayBuffer, offset: number, length: number): void {
  encoder.writer.expect(length);
  encoder.writer.count(length);
  encoder.writer.bytes(new Uint8ArrayConstructor(buffer, offset, length), length);
}
