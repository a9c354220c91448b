import type { Encoding } from "./encoding.ts";
import { BOXED_BYTES, BUFFER_BYTES, DATE_BYTES, REGEXP_BYTES } from "./host-bytes.table.ts";
import {
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
} from "./intrinsics.ts";
import { isLongToParse } from "./long-to-parse.ts";

/** Encodes an object without children, if it is one: a date, an expression, bytes, a boxed primitive. */
export function encodeLeaf(encoding: Encoding, value: object): boolean {
  const is = encoding.options.predicates;
  if (is.isDate(value)) {
    encoding.writer.charge(DATE_BYTES);
    encoding.writer.byte(TAG_DATE);
    encoding.writer.number(dateValue(value));
  } else if (is.isRegExp(value)) {
    encodeRegExp(encoding, value);
  } else if (is.isBoxedPrimitive(value)) {
    encoding.writer.charge(BOXED_BYTES);
    encoding.writer.byte(TAG_BOXED);
    encoding.value(unbox(value));
  } else {
    return encodeBytes(encoding, value);
  }
  return true;
}

function encodeRegExp(encoding: Encoding, value: object): void {
  const source = regExpSource(value);
  let flags = "";
  for (let index = 0; index < regExpFlags.length; index += 1) {
    const entry = regExpFlags[index];
    if (entry?.isSet(value)) flags += entry.flag;
  }
  if (isLongToParse(source, flags)) encoding.refuse("is a regular expression that takes long to parse");
  encoding.writer.charge(REGEXP_BYTES);
  encoding.writer.byte(TAG_REGEXP);
  encoding.writer.string(source);
  encoding.writer.string(flags);
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

function encodeBytes(encoding: Encoding, value: object): boolean {
  const is = encoding.options.predicates;
  const kind = typedArrayKind(value);
  if (kind !== undefined) {
    const buffer = usableBuffer(encoding, typedArrayBuffer(value));
    encoding.writer.byte(TAG_TYPED_ARRAY);
    encoding.writer.byte(kindIndex(encoding, kind));
    writeBytes(encoding, buffer, typedArrayOffset(value), typedArrayBytes(value));
  } else if (is.isArrayBuffer(value)) {
    const buffer = usableBuffer(encoding, value as ArrayBuffer);
    encoding.writer.byte(TAG_ARRAY_BUFFER);
    writeBytes(encoding, buffer, 0, bufferBytes(buffer));
  } else if (is.isDataView(value)) {
    const buffer = usableBuffer(encoding, dataViewBuffer(value));
    encoding.writer.byte(TAG_DATA_VIEW);
    writeBytes(encoding, buffer, dataViewOffset(value), dataViewBytes(value));
  } else if (is.isSharedArrayBuffer(value)) {
    encoding.refuse("is a SharedArrayBuffer");
  } else {
    return false;
  }
  return true;
}

function usableBuffer(encoding: Encoding, buffer: ArrayBuffer): ArrayBuffer {
  if (encoding.options.predicates.isSharedArrayBuffer(buffer)) encoding.refuse("is memory of a SharedArrayBuffer");
  if (isDetached(buffer)) encoding.refuse("is a detached buffer");
  return buffer;
}

function kindIndex(encoding: Encoding, kind: string): number {
  for (let index = 0; index < TYPED_ARRAY_KINDS.length; index += 1) if (TYPED_ARRAY_KINDS[index] === kind) return index;
  return encoding.refuse(`is a ${kind}`);
}

function writeBytes(encoding: Encoding, buffer: ArrayBuffer, offset: number, length: number): void {
  encoding.writer.charge(BUFFER_BYTES);
  encoding.writer.expect(length);
  encoding.writer.count(length);
  encoding.writer.bytes(buffer, offset, length);
}
