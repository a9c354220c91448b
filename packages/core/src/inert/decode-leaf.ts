import {
  TAG_ARRAY_BUFFER,
  TAG_BIGINT,
  TAG_DATA_VIEW,
  TAG_DATE,
  TAG_FALSE,
  TAG_INTEGER,
  TAG_NULL,
  TAG_NUMBER,
  TAG_REGEXP,
  TAG_TRUE,
  TAG_TYPED_ARRAY,
  TAG_UNDEFINED,
  TYPED_ARRAY_KINDS,
} from "./inert-format.ts";
import type { InertReader } from "./inert-reader.ts";
import { typedArrayConstructors } from "./intrinsics.ts";
import { isLongToParse } from "./long-to-parse.ts";

/** What {@link decodePrimitive} and {@link decodeLeaf} answer for a tag of another kind. */
export const notThis: unique symbol = Symbol("not this");

export function decodePrimitive(reader: InertReader, tag: number): unknown {
  switch (tag) {
    case TAG_UNDEFINED:
      return undefined;
    case TAG_NULL:
      return null;
    case TAG_TRUE:
      return true;
    case TAG_FALSE:
      return false;
    case TAG_INTEGER:
      return reader.integer();
    case TAG_NUMBER:
      return reader.number();
    case TAG_BIGINT:
      return reader.bigint();
    default:
      return reader.stringOf(tag) ?? notThis;
  }
}

/** Decodes an object without children. */
export function decodeLeaf(reader: InertReader, tag: number): unknown {
  switch (tag) {
    case TAG_DATE:
      return new Date(reader.number());
    case TAG_REGEXP:
      return decodeRegExp(reader);
    case TAG_ARRAY_BUFFER:
      return reader.bytes(reader.count(1));
    case TAG_DATA_VIEW:
      return new DataView(reader.bytes(reader.count(1)));
    case TAG_TYPED_ARRAY:
      return decodeTypedArray(reader);
    default:
      return notThis;
  }
}

function decodeRegExp(reader: InertReader): RegExp {
  const source = reader.string();
  const flags = reader.string();
  if (isLongToParse(source, flags)) reader.fail("expected a shorter regular expression");
  try {
    return new RegExp(source, flags);
  } catch {
    return reader.fail("expected a valid regular expression");
  }
}

function decodeTypedArray(reader: InertReader): object {
  const number = reader.byte();
  const kind = number < TYPED_ARRAY_KINDS.length ? TYPED_ARRAY_KINDS[number] : undefined;
  if (kind === undefined) return reader.fail("expected a known kind of typed array");
  const Constructor = typedArrayConstructors[kind];
  if (Constructor === undefined) return reader.fail(`expected a kind of typed array that exists here, got ${kind}`);
  const length = reader.count(1);
  if (length % Constructor.BYTES_PER_ELEMENT !== 0) reader.fail(`expected whole elements of ${kind}`);
  return new Constructor(reader.bytes(length));
}
