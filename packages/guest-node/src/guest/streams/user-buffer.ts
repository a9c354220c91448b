import { bytesOf } from "../bytes.ts";
import { TypedArrayPrototypeSlice, TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import { ArrayBufferIsView, MathMin, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet } from "../primordial.ts";
import type { StreamCore, StreamState } from "./stream-core.ts";

/** Puts what has been read where the program wants it, in pieces of the size that its buffer has; it may answer with the next one. */
export function emitIntoBuffer(
  core: StreamCore,
  handle: object,
  state: StreamState,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  const total = TypedArrayPrototypeGetLength(bytes);
  for (let offset = 0; offset < total && !state.closed; ) {
    const target = state.userBuffer;
    const room = target === undefined ? 0 : TypedArrayPrototypeGetLength(target);
    if (target === undefined || room === 0) return;
    const length = MathMin(room, total - offset);
    TypedArrayPrototypeSet(target, TypedArrayPrototypeSubarray(bytes, offset, offset + length));
    offset += length;
    const answer = core.emit(handle, state, length, undefined);
    if (ArrayBufferIsView(answer)) state.userBuffer = bytesOf(answer);
    // The program has paused: the rest waits until it reads on.
    if (!state.reading && offset < total) {
      state.left = TypedArrayPrototypeSlice(bytes, offset);
      return;
    }
  }
}
