import { encodeErrorChild } from "./encode-error.ts";
import { type EncodeFrame, FRAME_ARRAY, FRAME_MAP, FRAME_OBJECT, FRAME_SET } from "./encode-frame.ts";
import type { InertEncoder } from "./inert-encoder.ts";
import { TAG_HOLE, TAG_NUMBERS } from "./inert-format.ts";
import { hasOwn, mapIteratorNext, setIteratorNext } from "./intrinsics.ts";

/** Encodes children of a container until it is complete, or one of them is a container, which then comes first. */
export function encodeChildren(encoder: InertEncoder, frame: EncodeFrame): void {
  switch (frame.kind) {
    case FRAME_OBJECT:
      stepObject(encoder, frame);
      return;
    case FRAME_ARRAY:
      stepArray(encoder, frame);
      return;
    case FRAME_MAP:
      stepMap(encoder, frame);
      return;
    case FRAME_SET:
      stepSet(encoder, frame);
      return;
    default:
      if (!encodeErrorChild(encoder, frame)) encoder.close(frame);
  }
}

function stepObject(encoder: InertEncoder, frame: EncodeFrame): void {
  while (encoder.top === frame) {
    // Beyond its end an array answers what a program has put on `Array.prototype`.
    const key = frame.index < frame.length ? frame.keys[frame.index] : undefined;
    if (key === undefined) {
      encoder.close(frame);
      return;
    }
    frame.index += 1;
    frame.place = key;
    const child = encoder.read(frame.value, key);
    encoder.writer.string(key);
    encoder.value(child);
  }
}

function stepArray(encoder: InertEncoder, frame: EncodeFrame): void {
  while (encoder.top === frame) {
    const { index } = frame;
    if (index >= frame.length) {
      encoder.close(frame);
      return;
    }
    frame.place = index;
    const child = encoder.read(frame.value, index);
    if (typeof child === "number") {
      numbers(encoder, frame, child);
      continue;
    }
    element(encoder, frame, child);
  }
}

function element(encoder: InertEncoder, frame: EncodeFrame, child: unknown): void {
  const { index } = frame;
  frame.index += 1;
  if (child === undefined && !hasOwn(frame.value, index)) encoder.writer.byte(TAG_HOLE);
  else encoder.value(child);
}

/** Writes numbers as long as there are, and the element after them, which has been read by then. */
function numbers(encoder: InertEncoder, frame: EncodeFrame, first: number): void {
  const { writer } = encoder;
  writer.byte(TAG_NUMBERS);
  const at = writer.reserveCount();
  const start = frame.index;
  let child: unknown = first;
  while (typeof child === "number") {
    writer.number(child);
    frame.index += 1;
    if (frame.index >= frame.length) break;
    frame.place = frame.index;
    child = encoder.read(frame.value, frame.index);
  }
  writer.fillCount(at, frame.index - start);
  if (frame.index < frame.length) element(encoder, frame, child);
}

function stepMap(encoder: InertEncoder, frame: EncodeFrame): void {
  while (encoder.top === frame) {
    const { pending } = frame;
    if (pending !== undefined) {
      frame.pending = undefined;
      encoder.value(pending.value);
      continue;
    }
    const step = mapIteratorNext(frame.iterator as object);
    if (step.done) {
      encoder.close(frame);
      return;
    }
    const entry = step.value as { readonly 0: unknown; readonly 1: unknown };
    frame.index += 1;
    frame.place = entry[0];
    frame.pending = { value: entry[1] };
    encoder.value(entry[0]);
  }
}

function stepSet(encoder: InertEncoder, frame: EncodeFrame): void {
  while (encoder.top === frame) {
    const step = setIteratorNext(frame.iterator as object);
    if (step.done) {
      encoder.close(frame);
      return;
    }
    frame.index += 1;
    encoder.value(step.value);
  }
}
