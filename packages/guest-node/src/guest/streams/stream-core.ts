import type { AsyncWrap } from "../async-wraps.ts";
import { bytesOf } from "../bytes.ts";
import type { Guest } from "../guest.ts";
import type { LoopHandle } from "../loop-state.ts";
import { ArrayPrototypePush, TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import {
  ArrayPrototypeShift,
  ReflectApply,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetLength,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "../primordial.ts";

/** Indices of `streamBaseState`. */
const READ_BYTES_OR_ERROR = 0;
const ARRAY_BUFFER_OFFSET = 1;
const BYTES_WRITTEN = 2;
const LAST_WRITE_WAS_ASYNC = 3;

const UV_EOF = -4095;
const UV_EBADF = -9;
const READ_SIZE = 65_536;
const LAST_STANDARD_DESCRIPTOR = 2;

/** One stream of a guest. */
export interface StreamState {
  readonly wrap: AsyncWrap;
  readonly loop: LoopHandle;
  fd: number;
  reading: boolean;
  /** Whether a read is on its way. */
  asking: boolean;
  closed: boolean;
  bytesRead: number;
  bytesWritten: number;
  /** What arrived while nobody was reading. */
  readonly arrived: (Uint8Array<ArrayBuffer> | number)[];
}

/** What Node's library hands over with a write. */
export interface WriteRequest {
  oncomplete?: (status: number) => void;
  handle?: unknown;
}

type OnRead = (this: object, buffer: ArrayBuffer | undefined) => unknown;

/** What the streams of one guest share. */
export class StreamCore {
  readonly guest: Guest;
  readonly streamBaseState: Int32Array = new Int32Array(5);
  readonly #states: WeakMap<object, StreamState> = new WeakMap();

  constructor(guest: Guest) {
    this.guest = guest;
  }

  register(handle: object, provider: string): void {
    WeakMapPrototypeSet(this.#states, handle, {
      wrap: this.guest.wraps.adopt(handle, provider),
      loop: { name: provider, active: false, ref: true, listed: false },
      fd: -1,
      reading: false,
      asking: false,
      closed: false,
      bytesRead: 0,
      bytesWritten: 0,
      arrived: [],
    });
  }

  stateOf(handle: object): StreamState {
    const state = WeakMapPrototypeGet(this.#states, handle);
    if (state === undefined) throw new TypeError("Illegal invocation");
    return state;
  }

  start(handle: object): void {
    const state = this.stateOf(handle);
    state.reading = true;
    state.loop.active = true;
    this.guest.loop.addHandle(state.loop);
    if (state.arrived.length > 0) this.guest.loop.post(() => this.#deliver(handle, state));
    else this.#ask(handle, state);
  }

  stop(handle: object): void {
    const state = this.stateOf(handle);
    state.reading = false;
    state.loop.active = false;
  }

  /** Writes all of it, at once; answers 0 or an errno. */
  write(handle: object, request: WriteRequest, bytes: Uint8Array): number {
    const state = this.stateOf(handle);
    const total = TypedArrayPrototypeGetLength(bytes);
    this.streamBaseState[LAST_WRITE_WAS_ASYNC] = 0;
    this.streamBaseState[BYTES_WRITTEN] = total;
    let rest = bytes;
    while (TypedArrayPrototypeGetLength(rest) > 0) {
      const written = this.guest.calls.syncWithInput("fs.write", rest, state.fd, -1);
      if (typeof written !== "number" || written < 0) return typeof written === "number" ? written : UV_EBADF;
      if (written === 0) break;
      rest = TypedArrayPrototypeSubarray(rest, written);
    }
    state.bytesWritten += total;
    request.handle = handle;
    return 0;
  }

  writeAll(handle: object, request: WriteRequest, chunks: readonly unknown[], allBuffers: boolean): number {
    const { Buffer } = this.guest.library.require("buffer") as {
      Buffer: { from(text: string, encoding: string): Uint8Array };
    };
    let total = 0;
    for (let index = 0; index < chunks.length; index += allBuffers ? 1 : 2) {
      const chunk = chunks[index];
      const bytes = typeof chunk === "string" ? Buffer.from(chunk, chunks[index + 1] as string) : (chunk as Uint8Array);
      const status = this.write(handle, request, bytesOf(bytes));
      if (status < 0) return status;
      total += this.streamBaseState[BYTES_WRITTEN] ?? 0;
    }
    this.streamBaseState[BYTES_WRITTEN] = total;
    return 0;
  }

  close(handle: object, callback: (() => void) | undefined): void {
    const state = this.stateOf(handle);
    if (state.closed) return;
    state.closed = true;
    this.stop(handle);
    if (state.fd > LAST_STANDARD_DESCRIPTOR) this.guest.calls.sync("fs.close", state.fd);
    this.guest.loop.close(() => {
      if (typeof callback === "function") this.guest.loop.makeCallback(state.wrap, callback, handle);
    });
  }

  #ask(handle: object, state: StreamState): void {
    if (state.asking || !state.reading || state.closed) return;
    state.asking = true;
    const deliver = (result: unknown): void => {
      state.asking = false;
      if (state.closed) return;
      const length = typeof result === "number" ? result : UV_EBADF;
      const arrived = length > 0 ? this.guest.calls.payload(length) : length === 0 ? UV_EOF : length;
      ArrayPrototypePush(state.arrived, arrived);
      this.#deliver(handle, state);
    };
    // The handle, not the request, decides whether the loop stays alive.
    const options = { ref: false, resource: state.wrap.provider };
    this.guest.calls.request("fs.read", [state.fd, READ_SIZE, -1], deliver, options);
  }

  #deliver(handle: object, state: StreamState): void {
    while (state.reading && !state.closed) {
      const next = ArrayPrototypeShift(state.arrived);
      if (next === undefined) break;
      if (typeof next === "number") {
        state.reading = false;
        state.loop.active = false;
        this.#emit(handle, state, next, undefined);
        return;
      }
      const length = TypedArrayPrototypeGetLength(next);
      state.bytesRead += length;
      this.#emit(handle, state, length, TypedArrayPrototypeGetBuffer(next) as ArrayBuffer);
    }
    this.#ask(handle, state);
  }

  #emit(handle: object, state: StreamState, status: number, buffer: ArrayBuffer | undefined): void {
    const emit = (): void => {
      this.streamBaseState[READ_BYTES_OR_ERROR] = status;
      this.streamBaseState[ARRAY_BUFFER_OFFSET] = 0;
      const { onread } = handle as { readonly onread?: OnRead };
      if (typeof onread === "function") ReflectApply(onread, handle, [buffer]);
    };
    this.guest.loop.makeCallback(state.wrap, emit, handle);
  }
}
