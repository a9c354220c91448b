import type { EncodeFrame } from "./encode-frame.ts";
import type { Encoding } from "./encoding.ts";
import { hasOwn } from "./intrinsics.ts";

/** Fields that are read of every error; the first {@link INHERITED} of them also when they are inherited. */
const fields: readonly string[] = ["message", "name", "stack", "code", "cause", "errors"];
const INHERITED = 4;

/** Encodes the next field or own property of an error; `false` when there is none left. */
export function encodeErrorChild(encoding: Encoding, frame: EncodeFrame): boolean {
  while (frame.index < fields.length + frame.length) {
    const { index } = frame;
    frame.index += 1;
    const key = index < fields.length ? fields[index] : frame.keys[index - fields.length];
    if (key === undefined || (index >= fields.length && isField(key))) continue;
    if (key === "stack" && encoding.options.leavesStacks === true) continue;
    if (index >= INHERITED && !hasOwn(frame.value, key)) continue;
    frame.place = key;
    const child = encoding.read(frame.value, key);
    if (index < INHERITED && child === undefined) continue;
    encoding.writer.string(key);
    encoding.value(child);
    return true;
  }
  return false;
}

function isField(key: string): boolean {
  for (let index = 0; index < fields.length; index += 1) if (fields[index] === key) return true;
  return false;
}
