import type { AsyncWrap } from "../async-wraps.ts";
import { bytesOf } from "../bytes.ts";
import type { LoopHandle } from "../event-loop.ts";
import type { Guest } from "../guest.ts";
import {
  ArrayPrototypePush,
  ArrayPrototypeShift,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeSubarray,
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

interface StreamState {
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

interface WriteRequest {
  oncomplete?: (status: number) => void;
  handle?: unknown;
}

/** The base of `Pipe` and `TTY`: a descriptor as a stream, read over requests and written at once. */
export interface StreamHandles {
  readonly streamBaseState: Int32Array;
  readonly StreamHandle: new (provider: string) => StreamHandle;
}

export interface StreamHandle {
  open(fd: number): number;
  readonly fd: number;
}

type OnRead = (this: object, buffer: ArrayBuffer | undefined) => unknown;

export function createStreamHandles(guest: Guest): StreamHandles {
  const streamBaseState = new Int32Array(5);
  const states = new WeakMap<object, StreamState>();
  const stateOf = (handle: object): StreamState => {
    const state = WeakMapPrototypeGet(states, handle);
    if (state === undefined) throw new TypeError("Illegal invocation");
    return state;
  };

  function ask(handle: object, state: StreamState): void {
    if (state.asking || !state.reading || state.closed) return;
    state.asking = true;
    // The handle, not the request, decides whether the loop stays alive.
    guest.calls.request(
      "fs.read",
      [state.fd, READ_SIZE, -1],
      (result) => {
        state.asking = false;
        if (state.closed) return;
        const length = typeof result === "number" ? result : UV_EBADF;
        ArrayPrototypePush(state.arrived, length > 0 ? guest.calls.payload(length) : length === 0 ? UV_EOF : length);
        deliver(handle, state);
      },
      { ref: false, resource: state.wrap.provider },
    );
  }

  function deliver(handle: object, state: StreamState): void {
    while (state.reading && !state.closed) {
      const next = ArrayPrototypeShift(state.arrived);
      if (next === undefined) break;
      if (typeof next === "number") {
        state.reading = false;
        state.loop.active = false;
        emit(handle, state, next, undefined);
        return;
      }
      const length = TypedArrayPrototypeGetLength(next);
      state.bytesRead += length;
      emit(handle, state, length, next.buffer);
    }
    ask(handle, state);
  }

  function emit(handle: object, state: StreamState, status: number, buffer: ArrayBuffer | undefined): void {
    guest.loop.makeCallback(
      state.wrap,
      () => {
        streamBaseState[READ_BYTES_OR_ERROR] = status;
        streamBaseState[ARRAY_BUFFER_OFFSET] = 0;
        const { onread } = handle as { readonly onread?: OnRead };
        if (typeof onread === "function") (handle as { onread: OnRead }).onread(buffer);
      },
      handle,
    );
  }

  function write(handle: object, request: WriteRequest, bytes: Uint8Array): number {
    const state = stateOf(handle);
    let rest = bytes;
    const total = TypedArrayPrototypeGetLength(bytes);
    streamBaseState[LAST_WRITE_WAS_ASYNC] = 0;
    streamBaseState[BYTES_WRITTEN] = total;
    while (TypedArrayPrototypeGetLength(rest) > 0) {
      const written = guest.calls.syncWithInput("fs.write", rest, state.fd, -1);
      if (typeof written !== "number" || written < 0) return typeof written === "number" ? written : UV_EBADF;
      if (written === 0) break;
      rest = TypedArrayPrototypeSubarray(rest, written);
    }
    state.bytesWritten += total;
    request.handle = handle;
    return 0;
  }

  class HandleBase {
    constructor(provider: string) {
      const loop: LoopHandle = { name: provider, active: false, ref: true };
      WeakMapPrototypeSet(states, this, {
        wrap: guest.wraps.adopt(this, provider),
        loop,
        fd: -1,
        reading: false,
        asking: false,
        closed: false,
        bytesRead: 0,
        bytesWritten: 0,
        arrived: [],
      });
    }

    open(fd: number): number {
      stateOf(this).fd = fd;
      return 0;
    }

    get fd(): number {
      return stateOf(this).fd;
    }

    get bytesRead(): number {
      return stateOf(this).bytesRead;
    }

    get bytesWritten(): number {
      return stateOf(this).bytesWritten;
    }

    get isStreamBase(): boolean {
      return true;
    }

    get writeQueueSize(): number {
      return 0;
    }

    readStart(): number {
      const state = stateOf(this);
      state.reading = true;
      state.loop.active = true;
      guest.loop.addHandle(state.loop);
      if (state.arrived.length > 0) guest.loop.post(() => deliver(this, state));
      else ask(this, state);
      return 0;
    }

    readStop(): number {
      const state = stateOf(this);
      state.reading = false;
      state.loop.active = false;
      return 0;
    }

    setBlocking(): number {
      return 0;
    }

    useUserBuffer(): void {}

    shutdown(request: WriteRequest): number {
      const { wrap } = stateOf(this);
      guest.loop.post(() => {
        if (typeof request.oncomplete === "function") guest.loop.makeCallback(wrap, request.oncomplete, request, 0);
      });
      return 0;
    }

    writeBuffer(request: WriteRequest, bytes: ArrayBufferView): number {
      return write(this, request, bytesOf(bytes));
    }

    writev(request: WriteRequest, chunks: readonly unknown[], allBuffers: boolean): number {
      const { Buffer } = guest.library.require("buffer") as {
        Buffer: { from(text: string, encoding: string): Uint8Array };
      };
      let total = 0;
      for (let index = 0; index < chunks.length; index += allBuffers ? 1 : 2) {
        const chunk = chunks[index];
        const bytes =
          typeof chunk === "string" ? Buffer.from(chunk, chunks[index + 1] as string) : (chunk as Uint8Array);
        const status = write(this, request, bytesOf(bytes));
        if (status < 0) return status;
        total += streamBaseState[BYTES_WRITTEN] ?? 0;
      }
      streamBaseState[BYTES_WRITTEN] = total;
      return 0;
    }

    writeUtf8String(request: WriteRequest, text: string): number {
      return write(this, request, guest.native.encoding.encodeUtf8String(text));
    }

    writeAsciiString(request: WriteRequest, text: string): number {
      return write(this, request, encoded(guest, text, "latin1"));
    }

    writeLatin1String(request: WriteRequest, text: string): number {
      return write(this, request, encoded(guest, text, "latin1"));
    }

    writeUcs2String(request: WriteRequest, text: string): number {
      return write(this, request, encoded(guest, text, "utf16le"));
    }

    ref(): void {
      stateOf(this).loop.ref = true;
    }

    unref(): void {
      stateOf(this).loop.ref = false;
    }

    hasRef(): boolean {
      return stateOf(this).loop.ref;
    }

    close(callback?: () => void): void {
      const state = stateOf(this);
      if (state.closed) return;
      state.closed = true;
      state.reading = false;
      state.loop.active = false;
      if (state.fd > 2) guest.calls.sync("fs.close", state.fd);
      guest.loop.close(() => {
        if (typeof callback === "function") guest.loop.makeCallback(state.wrap, callback, this);
      });
    }
  }
  guest.wraps.dress(HandleBase.prototype);
  return { streamBaseState, StreamHandle: HandleBase };
}

function encoded(guest: Guest, text: string, encoding: "latin1" | "utf16le"): Uint8Array {
  const bytes = new Uint8Array(encoding === "latin1" ? text.length : text.length * 2);
  if (encoding === "latin1") guest.native.buffer.latin1WriteStatic(bytes, text, 0, bytes.length);
  else guest.native.buffer.ucs2Write(bytes, text, 0, bytes.length);
  return bytes;
}
