import { encodeErrorChild } from "./encode-error.ts";
import { type EncodeFrame, FRAME_ARRAY, FRAME_MAP, FRAME_OBJECT, FRAME_SET } from "./encode-frame.ts";
import type { Encoding } from "./encoding.ts";
import { MEMBER_BYTES, VALUE_BYTES } from "./host-bytes.table.ts";
import { LONG_ARRAY, LONGEST_RUN, MOST_MEMBERS, TAG_HOLE, TAG_NUMBERS } from "./inert-format.ts";
import { hasOwn, mapIteratorNext, setIteratorNext } from "./intrinsics.ts";

/** Encodes children of a container until it is complete, or one of them is a container, which then comes first. */
export function encodeChildren(encoding: Encoding, frame: EncodeFrame): void {
  switch (frame.kind) {
    case FRAME_OBJECT:
      stepObject(encoding, frame);
      return;
    case FRAME_ARRAY:
      stepArray(encoding, frame);
      return;
    case FRAME_MAP:
      stepMap(encoding, frame);
      return;
    case FRAME_SET:
      stepSet(encoding, frame);
      return;
    default:
      if (!encodeErrorChild(encoding, frame)) encoding.close(frame);
  }
}

function stepObject(encoding: Encoding, frame: EncodeFrame): void {
  while (encoding.top === frame) {
    // Beyond its end an array answers what a program has put on `Array.prototype`.
    const key = frame.index < frame.length ? frame.keys[frame.index] : undefined;
    if (key === undefined) {
      encoding.close(frame);
      return;
    }
    frame.index += 1;
    frame.place = key;
    const child = encoding.read(frame.value, key);
    encoding.writer.string(key);
    encoding.value(child);
  }
}

function stepArray(encoding: Encoding, frame: EncodeFrame): void {
  while (encoding.top === frame) {
    const { index } = frame;
    if (index >= frame.length) {
      encoding.close(frame);
      return;
    }
    frame.place = index;
    const child = encoding.read(frame.value, index);
    if (typeof child === "number") {
      numbers(encoding, frame, child);
      continue;
    }
    element(encoding, frame, child);
  }
}

function element(encoding: Encoding, frame: EncodeFrame, child: unknown): void {
  const { index } = frame;
  if (frame.length > LONG_ARRAY && !frame.countsNumbers) {
    frame.countsNumbers = true;
    encoding.count(index);
  }
  frame.index += 1;
  if (child !== undefined || hasOwn(frame.value, index)) {
    encoding.value(child);
    return;
  }
  encoding.count(1);
  encoding.writer.charge(VALUE_BYTES);
  encoding.writer.byte(TAG_HOLE);
}

/** Writes a run of numbers, and the element that ends it, which has been read by then. */
function numbers(encoding: Encoding, frame: EncodeFrame, first: number): void {
  const { writer } = encoding;
  writer.byte(TAG_NUMBERS);
  const at = writer.reserveCount();
  const start = frame.index;
  let child: unknown = first;
  while (typeof child === "number") {
    writer.number(child);
    frame.index += 1;
    if (frame.index >= frame.length || frame.index - start >= LONGEST_RUN) {
      endRun(encoding, frame, at, start);
      return;
    }
    frame.place = frame.index;
    child = encoding.read(frame.value, frame.index);
  }
  endRun(encoding, frame, at, start);
  element(encoding, frame, child);
}

function endRun(encoding: Encoding, frame: EncodeFrame, at: number, start: number): void {
  const count = frame.index - start;
  encoding.writer.fillCount(at, count);
  if (frame.countsNumbers) encoding.count(count);
}

function stepMap(encoding: Encoding, frame: EncodeFrame): void {
  while (encoding.top === frame) {
    const { pending } = frame;
    if (pending !== undefined) {
      frame.pending = undefined;
      encoding.value(pending.value);
      continue;
    }
    const step = mapIteratorNext(frame.iterator as object);
    if (step.done) {
      encoding.close(frame);
      return;
    }
    const entry = step.value as { readonly 0: unknown; readonly 1: unknown };
    countMember(encoding, frame);
    frame.place = entry[0];
    frame.pending = { value: entry[1] };
    encoding.value(entry[0]);
  }
}

function stepSet(encoding: Encoding, frame: EncodeFrame): void {
  while (encoding.top === frame) {
    const step = setIteratorNext(frame.iterator as object);
    if (step.done) {
      encoding.close(frame);
      return;
    }
    countMember(encoding, frame);
    encoding.value(step.value);
  }
}

function countMember(encoding: Encoding, frame: EncodeFrame): void {
  frame.index += 1;
  encoding.writer.charge(MEMBER_BYTES);
  if (frame.index > MOST_MEMBERS) encoding.refuseSize(frame.parent, `has more than ${MOST_MEMBERS} members`);
}
