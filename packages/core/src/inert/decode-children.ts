import { defineErrorProperty, finishError } from "./decode-error.ts";
import type { ArrayFrame, DecodeFrame, ErrorFrame, MapFrame, ObjectFrame, SetFrame } from "./decode-frame.ts";
import type { Decoding } from "./decoding.ts";
import { MEMBER_BYTES, VALUE_BYTES } from "./host-bytes.table.ts";
import { LONG_ARRAY, MOST_MEMBERS, MOST_PROPERTIES, TAG_END, TAG_HOLE, TAG_NUMBERS } from "./inert-format.ts";
import { arraysInheritElements, defineOwn, hasOwn, mapSet, mapSize, setAdd, setSize, smaller } from "./intrinsics.ts";

/** Numbers of an array that are read between two looks at the position. */
const NUMBERS_AT_ONCE = 4_096;
/** Elements whose room may be there before they are: no more arrays can be begun than nest. */
const SHORT_ARRAY = 1_024;

/** So few are looked at one by one. */
const FEW_ELEMENTS = 64;

/** The frame of an array that begins. */
export function beginArray(decoding: Decoding, length: number): ArrayFrame {
  // A short one gets no more room than it needs, which an array that grows would.
  const target: unknown[] = length <= SHORT_ARRAY ? new Array(length) : [];
  const isLong = length > LONG_ARRAY;
  const areNumbers = isLong && decoding.reader.areNumbers(length);
  if (isLong) {
    // It gets its room at once, as far as it is granted: V8 moves all that there is to grow an array. The kind of elements stays when they go. V8 would convert all that there are when the first of another kind comes.
    defineOwn(target, 0, areNumbers ? 0.5 : "", true);
    target.length = 0;
    target.length = decoding.grantRoom(length);
  }
  const inherits = length <= FEW_ELEMENTS || arraysInheritElements();
  return { kind: "array", target, length, index: 0, inherits, numbers: 0, countsNumbers: isLong && !areNumbers };
}

/** Decodes a child of a container, or the beginning of one; `false` when the container is full. */
export function decodeChild(decoding: Decoding, frame: DecodeFrame): boolean {
  switch (frame.kind) {
    case "object":
      return readProperty(decoding, frame);
    case "array":
      return readElement(decoding, frame);
    case "map":
      return readEntry(decoding, frame);
    case "set":
      return readMember(decoding, frame);
    default:
      return readErrorProperty(decoding, frame);
  }
}

function readProperty(decoding: Decoding, frame: ObjectFrame): boolean {
  if (frame.left === 0) return false;
  const { target } = frame;
  const key = decoding.reader.string();
  const isInherited = key in target;
  if (isInherited && hasOwn(target, key)) decoding.reader.fail("expected each property once");
  const value = decoding.value(decoding.reader.byte());
  frame.left -= 1;
  // An assignment would call a setter, as that of `__proto__` is one.
  if (isInherited) defineOwn(target, key, value, true);
  else (target as Record<string, unknown>)[key] = value;
  return true;
}

function readElement(decoding: Decoding, frame: ArrayFrame): boolean {
  const { target, length } = frame;
  if (frame.numbers > 0) {
    readNumbers(decoding, frame);
    return true;
  }
  if (frame.index === length) return false;
  const tag = decoding.reader.byte();
  if (tag === TAG_NUMBERS) {
    frame.numbers = decoding.reader.fixedCount();
    if (frame.numbers > length - frame.index) decoding.reader.fail("expected fewer elements");
    if (frame.countsNumbers) decoding.count(frame.numbers);
  } else if (tag === TAG_HOLE) {
    decoding.count(1);
    decoding.charge(VALUE_BYTES);
    frame.index += 1;
    if (frame.index > target.length) target.length = frame.index;
  } else {
    setElement(frame, decoding.value(tag));
    frame.index += 1;
  }
  return true;
}

function readNumbers(decoding: Decoding, frame: ArrayFrame): void {
  const end = frame.index + smaller(frame.numbers, NUMBERS_AT_ONCE);
  frame.numbers -= end - frame.index;
  for (; frame.index < end; frame.index += 1) setElement(frame, decoding.reader.number());
}

/** A program may have put a setter there for all arrays. */
function setElement({ target, index, inherits }: ArrayFrame, value: unknown): void {
  if (inherits && index in target) defineOwn(target, index, value, true);
  else target[index] = value;
}

function readEntry(decoding: Decoding, frame: MapFrame): boolean {
  const tag = decoding.reader.byte();
  const { key, target } = frame;
  if (key === undefined) {
    if (tag === TAG_END) return false;
    frame.key = { value: decoding.value(tag) };
    return true;
  }
  const value = decoding.value(tag);
  frame.key = undefined;
  const before = mapSize(target);
  mapSet(target, key.value, value);
  decoding.charge(MEMBER_BYTES);
  expectOneMore(decoding, mapSize(target), before);
  return true;
}

function readMember(decoding: Decoding, { target }: SetFrame): boolean {
  const tag = decoding.reader.byte();
  if (tag === TAG_END) return false;
  const value = decoding.value(tag);
  const before = setSize(target);
  setAdd(target, value);
  decoding.charge(MEMBER_BYTES);
  expectOneMore(decoding, setSize(target), before);
  return true;
}

function expectOneMore(decoding: Decoding, size: number, before: number): void {
  if (size === before) decoding.reader.fail("expected each member once");
  if (size > MOST_MEMBERS) decoding.reader.fail(`expected at most ${MOST_MEMBERS} members`);
  decoding.addMember(size);
}

function readErrorProperty(decoding: Decoding, frame: ErrorFrame): boolean {
  const tag = decoding.reader.byte();
  if (tag === TAG_END) {
    finishError(decoding.reader, frame);
    return false;
  }
  if (frame.properties === MOST_PROPERTIES) decoding.reader.fail(`expected at most ${MOST_PROPERTIES} properties`);
  const key = decoding.reader.stringOf(tag) ?? decoding.reader.fail("expected a string");
  defineErrorProperty(frame, key, decoding.value(decoding.reader.byte()));
  frame.properties += 1;
  return true;
}
