import { bytesOf, joinBytes } from "../bytes.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { TypedArrayPrototypeGetLength } from "../primordial.ts";
import { BYTES_WRITTEN, LAST_WRITE_WAS_ASYNC } from "./stream-base-state.ts";
import type { StreamCore, StreamState } from "./stream-core.ts";
import { UV_EBADF, UV_ENOTCONN } from "./stream-end.ts";

/** What Node's library hands over with a write, or with the end of what it writes. */
export interface StreamRequest {
  oncomplete?: (status: number, handle: unknown, error: undefined) => void;
  handle?: unknown;
  error?: string;
}

/** Writes all of it. Answers 0 or an errno; `streamBaseState` says whether it is over, or `oncomplete` will tell. */
export function writeBytes(
  core: StreamCore,
  handle: object,
  request: StreamRequest,
  bytes: Uint8Array,
  isOwn: boolean,
): number {
  const state = core.stateOf(handle);
  const total = TypedArrayPrototypeGetLength(bytes);
  core.streamBaseState[LAST_WRITE_WAS_ASYNC] = 0;
  core.streamBaseState[BYTES_WRITTEN] = total;
  if (state.closed || state.end === undefined) return UV_EBADF;
  const status = state.end.write(bytes, isOwn, (settled, reason) => {
    state.bytesQueued -= total;
    complete(core, handle, state, request, "WRITEWRAP", settled, reason);
  });
  if (status !== undefined && status < 0) return status;
  state.bytesWritten += total;
  request.handle = handle;
  if (status !== undefined) return status;
  state.bytesQueued += total;
  core.streamBaseState[LAST_WRITE_WAS_ASYNC] = 1;
  begin(core, state, request, "WRITEWRAP");
  return 0;
}

/** Writes several pieces, all of them bytes or each followed by its encoding, as one. */
export function writeChunks(
  core: StreamCore,
  handle: object,
  request: StreamRequest,
  chunks: readonly unknown[],
  allBuffers: boolean,
): number {
  const { Buffer } = core.guest.library.require("buffer") as {
    Buffer: { from(text: string, encoding: string): Uint8Array };
  };
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (let index = 0; index < chunks.length; index += allBuffers ? 1 : 2) {
    const chunk = chunks[index];
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, chunks[index + 1] as string) : (chunk as Uint8Array);
    const piece = bytesOf(bytes);
    ArrayPrototypePush(pieces, piece);
    total += TypedArrayPrototypeGetLength(piece);
  }
  return writeBytes(core, handle, request, joinBytes(pieces, total), true);
}

/** Ends what is written. Answers 0, or an errno at once. */
export function shutDown(core: StreamCore, handle: object, request: StreamRequest): number {
  const state = core.stateOf(handle);
  if (state.closed || state.end === undefined) return UV_ENOTCONN;
  const status = state.end.shutdown((settled, reason) => {
    complete(core, handle, state, request, "SHUTDOWNWRAP", settled, reason);
  });
  if (status !== undefined) return status;
  begin(core, state, request, "SHUTDOWNWRAP");
  return 0;
}

function begin(core: StreamCore, state: StreamState, request: StreamRequest, provider: string): void {
  core.guest.wraps.adopt(request, provider);
  core.hold(state, 1);
}

function complete(
  core: StreamCore,
  handle: object,
  state: StreamState,
  request: StreamRequest,
  provider: string,
  status: number,
  reason: string | undefined,
): void {
  if (!state.closed) core.hold(state, -1);
  if (reason !== undefined) request.error = reason;
  const wrap = core.guest.wraps.adopt(request, provider);
  const { oncomplete } = request;
  if (typeof oncomplete === "function") {
    core.guest.loop.makeCallback(wrap, oncomplete, request, status, handle, undefined);
  }
  core.guest.wraps.release(wrap);
}
