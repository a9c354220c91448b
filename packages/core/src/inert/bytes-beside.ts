import {
  ARRAY_BYTES,
  BIGINT_BYTES,
  BOXED_BYTES,
  BUFFER_BYTES,
  DATE_BYTES,
  ERROR_BYTES,
  MAP_BYTES,
  REGEXP_BYTES,
  SET_BYTES,
  VALUE_BYTES,
} from "./host-bytes.table.ts";
import {
  TAG_ARRAY,
  TAG_ARRAY_BUFFER,
  TAG_BIGINT,
  TAG_BOXED,
  TAG_DATA_VIEW,
  TAG_DATE,
  TAG_ERROR,
  TAG_MAP,
  TAG_REGEXP,
  TAG_SET,
  TAG_TYPED_ARRAY,
} from "./inert-format.ts";
import { mapGet } from "./intrinsics.ts";

const byTag: Map<number, number> = new Map([
  [TAG_BIGINT, BIGINT_BYTES],
  [TAG_ARRAY, ARRAY_BYTES],
  [TAG_MAP, MAP_BYTES],
  [TAG_SET, SET_BYTES],
  [TAG_ERROR, ERROR_BYTES],
  [TAG_DATE, DATE_BYTES],
  [TAG_REGEXP, REGEXP_BYTES],
  [TAG_BOXED, BOXED_BYTES],
  [TAG_ARRAY_BUFFER, BUFFER_BYTES],
  [TAG_DATA_VIEW, BUFFER_BYTES],
  [TAG_TYPED_ARRAY, BUFFER_BYTES],
]);

/** What a value with this tag needs, but for objects. */
export function bytesBeside(tag: number): number {
  return VALUE_BYTES + (mapGet(byTag, tag) ?? 0);
}
