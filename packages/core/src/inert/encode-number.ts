import type { Encoding } from "./encoding.ts";
import { BIGINT_BYTES } from "./host-bytes.table.ts";
import { LONGEST_BIGINT, TAG_BIGINT, TAG_INTEGER, TAG_NUMBER } from "./inert-format.ts";
import { bigintToString, sliceString } from "./intrinsics.ts";

export function encodeNumber({ writer }: Encoding, value: number): void {
  if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
    writer.byte(TAG_INTEGER);
    writer.integer(value);
    return;
  }
  writer.byte(TAG_NUMBER);
  writer.number(value);
}

export function encodeBigint(encoding: Encoding, value: bigint): void {
  const text = bigintToString(value, 16);
  const isNegative = value < 0n;
  const digits = isNegative ? sliceString(text, 1, text.length) : text;
  encoding.writer.expect(digits.length);
  if (digits.length > LONGEST_BIGINT) {
    encoding.refuse(`is a bigint of more than ${LONGEST_BIGINT} hexadecimal digits`);
  }
  encoding.writer.charge(BIGINT_BYTES);
  encoding.writer.byte(TAG_BIGINT);
  encoding.writer.byte(isNegative ? 1 : 0);
  encoding.writer.ascii(digits);
}
