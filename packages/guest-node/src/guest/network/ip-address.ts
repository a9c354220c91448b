import { ArrayPrototypePush, StringPrototypeSplit } from "../past-prototypes.ts";
import {
  ArrayPrototypeJoin,
  StringPrototypeCharCodeAt,
  StringPrototypeIndexOf,
  StringPrototypeLastIndexOf,
  StringPrototypeSlice,
  uncurryThis,
} from "../primordial.ts";

const toRadix = uncurryThis(Number.prototype.toString as (this: number, radix?: number) => string);

const V4_BYTES = 4;
const V6_GROUPS = 8;
const BYTE_MAX = 255;
const GROUP_DIGITS = 4;
const DIGIT_ZERO = 48;
const DIGIT_NINE = 57;

/** The bytes of an address: 4 of IPv4, 16 of IPv6 (a zone is left out), `undefined` of what is none. As `inet_pton` reads them. */
export function parseIp(text: string): readonly number[] | undefined {
  return StringPrototypeIndexOf(text, ":") < 0 ? parseV4(text) : parseV6(text);
}

/** An address as text, in its shortest form: as `inet_ntop` writes it. */
export function formatIp(bytes: readonly number[]): string {
  if (bytes.length === V4_BYTES) return formatV4(bytes, 0);
  if (isMapped(bytes)) return `::ffff:${formatV4(bytes, V6_GROUPS * 2 - V4_BYTES)}`;
  const groups: string[] = [];
  for (let index = 0; index < V6_GROUPS; index++) ArrayPrototypePush(groups, toRadix(groupAt(bytes, index), 16));
  const { start, length } = longestZeros(bytes);
  if (length < 2) return ArrayPrototypeJoin(groups, ":");
  const part = (from: number, to: number): string => {
    const some: string[] = [];
    for (let index = from; index < to; index++) ArrayPrototypePush(some, groups[index] as string);
    return ArrayPrototypeJoin(some, ":");
  };
  return `${part(0, start)}::${part(start + length, V6_GROUPS)}`;
}

/** The bytes of an IPv4 address that an IPv6 address stands for (`::ffff:a.b.c.d`), else the address's own. */
export function unmapped(bytes: readonly number[]): readonly number[] {
  if (bytes.length === V4_BYTES || !isMapped(bytes)) return bytes;
  return [bytes[12] as number, bytes[13] as number, bytes[14] as number, bytes[15] as number];
}

/** Whether an address leads back to where it is used: 127.0.0.0/8, ::1, and those that stand for all of a machine's own. */
export function isOwnAddress(given: readonly number[]): boolean {
  const bytes = unmapped(given);
  if (bytes.length === V4_BYTES) return bytes[0] === 127 || isUnspecified(bytes);
  for (let index = 0; index < bytes.length - 1; index++) if (bytes[index] !== 0) return false;
  return (bytes[bytes.length - 1] as number) <= 1;
}

/** 0.0.0.0 and `::`. */
export function isUnspecified(bytes: readonly number[]): boolean {
  for (let index = 0; index < bytes.length; index++) if (bytes[index] !== 0) return false;
  return true;
}

function isMapped(bytes: readonly number[]): boolean {
  for (let index = 0; index < 10; index++) if (bytes[index] !== 0) return false;
  return bytes[10] === BYTE_MAX && bytes[11] === BYTE_MAX;
}

function parseV4(text: string): number[] | undefined {
  const parts = StringPrototypeSplit(text, ".");
  if (parts.length !== V4_BYTES) return undefined;
  const bytes: number[] = [];
  for (let index = 0; index < parts.length; index++) {
    const byte = decimalByte(parts[index] as string);
    if (byte === undefined) return undefined;
    ArrayPrototypePush(bytes, byte);
  }
  return bytes;
}

function decimalByte(text: string): number | undefined {
  if (text.length === 0 || text.length > 3 || (text.length > 1 && text[0] === "0")) return undefined;
  let value = 0;
  for (let index = 0; index < text.length; index++) {
    const code = StringPrototypeCharCodeAt(text, index);
    if (code < DIGIT_ZERO || code > DIGIT_NINE) return undefined;
    value = value * 10 + (code - DIGIT_ZERO);
  }
  return value > BYTE_MAX ? undefined : value;
}

function parseV6(given: string): number[] | undefined {
  const zone = StringPrototypeIndexOf(given, "%");
  const text = zone < 0 ? given : StringPrototypeSlice(given, 0, zone);
  const gap = StringPrototypeIndexOf(text, "::");
  if (gap < 0) {
    const all = parseGroups(text);
    return all?.length === V6_GROUPS * 2 ? all : undefined;
  }
  const head = gap === 0 ? [] : parseGroups(StringPrototypeSlice(text, 0, gap));
  const tail = gap + 2 === text.length ? [] : parseGroups(StringPrototypeSlice(text, gap + 2));
  if (head === undefined || tail === undefined || head.length + tail.length > V6_GROUPS * 2 - 2) return undefined;
  const bytes = head;
  while (bytes.length + tail.length < V6_GROUPS * 2) ArrayPrototypePush(bytes, 0);
  for (let index = 0; index < tail.length; index++) ArrayPrototypePush(bytes, tail[index] as number);
  return bytes;
}

/** Groups without a gap; the last two may be an IPv4 address. */
function parseGroups(text: string): number[] | undefined {
  const bytes: number[] = [];
  const parts = StringPrototypeSplit(text, ":");
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] as string;
    if (index === parts.length - 1 && StringPrototypeLastIndexOf(part, ".") >= 0) {
      const v4 = parseV4(part);
      if (v4 === undefined) return undefined;
      for (let at = 0; at < v4.length; at++) ArrayPrototypePush(bytes, v4[at] as number);
      return bytes;
    }
    const group = hexGroup(part);
    if (group === undefined) return undefined;
    ArrayPrototypePush(bytes, group >> 8);
    ArrayPrototypePush(bytes, group & BYTE_MAX);
  }
  return bytes;
}

function hexGroup(text: string): number | undefined {
  if (text.length === 0 || text.length > GROUP_DIGITS) return undefined;
  let value = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = hexDigit(StringPrototypeCharCodeAt(text, index));
    if (digit < 0) return undefined;
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(code: number): number {
  if (code >= DIGIT_ZERO && code <= DIGIT_NINE) return code - DIGIT_ZERO;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

function formatV4(bytes: readonly number[], offset: number): string {
  return `${bytes[offset]}.${bytes[offset + 1]}.${bytes[offset + 2]}.${bytes[offset + 3]}`;
}

function groupAt(bytes: readonly number[], index: number): number {
  return ((bytes[index * 2] as number) << 8) | (bytes[index * 2 + 1] as number);
}

function longestZeros(bytes: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < V6_GROUPS; start++) {
    let length = 0;
    while (start + length < V6_GROUPS && groupAt(bytes, start + length) === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
