import { bytesOf } from "../bytes.ts";
import type { Guest } from "../guest.ts";
import { DescriptorEnd } from "./descriptor-end.ts";
import { HostEnd } from "./host-end.ts";
import type { StreamCore } from "./stream-core.ts";
import { type StreamRequest, shutDown, writeBytes, writeChunks } from "./stream-writes.ts";

/** The base of `TCP`, `Pipe` and `TTY`: what Node's library reads from and writes to. */
export class StreamHandle {
  readonly #core: StreamCore;

  constructor(core: StreamCore, provider: string, isCounted = true) {
    this.#core = core;
    core.register(this, provider, isCounted);
  }

  open(fd: number): number {
    this.#core.attach(this, new DescriptorEnd(this.#core.guest, fd, this.#core.stateOf(this).wrap.provider));
    return 0;
  }

  get fd(): number {
    return this.#core.stateOf(this).end?.fd ?? -1;
  }

  get bytesRead(): number {
    return this.#core.stateOf(this).bytesRead;
  }

  get bytesWritten(): number {
    return this.#core.stateOf(this).bytesWritten;
  }

  /** What tells streams apart where Node's have their address. */
  get _externalStream(): object {
    return this.#core.guest.native.util.makeExternal(this.#core.stateOf(this).wrap.asyncId >>> 0);
  }

  get isStreamBase(): boolean {
    return true;
  }

  get writeQueueSize(): number {
    return this.#core.find(this)?.bytesQueued ?? 0;
  }

  readStart(): number {
    this.#core.start(this.#core.stateOf(this).over ?? this);
    return 0;
  }

  readStop(): number {
    this.#core.stop(this.#core.stateOf(this).over ?? this);
    return 0;
  }

  setBlocking(): number {
    return 0;
  }

  useUserBuffer(buffer: ArrayBufferView): void {
    this.#core.stateOf(this).userBuffer = bytesOf(buffer);
  }

  shutdown(request: StreamRequest): number {
    return shutDown(this.#core, this, request);
  }

  writeBuffer(request: StreamRequest, bytes: ArrayBufferView): number {
    return writeBytes(this.#core, this, request, bytesOf(bytes), false);
  }

  writev(request: StreamRequest, chunks: readonly unknown[], allBuffers: boolean): number {
    return writeChunks(this.#core, this, request, chunks, allBuffers);
  }

  writeUtf8String(request: StreamRequest, text: string): number {
    return this.#writeOwn(request, this.#core.guest.native.encoding.encodeUtf8String(text));
  }

  writeAsciiString(request: StreamRequest, text: string): number {
    return this.#writeOwn(request, encoded(this.#core.guest, text, "latin1"));
  }

  writeLatin1String(request: StreamRequest, text: string): number {
    return this.#writeOwn(request, encoded(this.#core.guest, text, "latin1"));
  }

  writeUcs2String(request: StreamRequest, text: string): number {
    return this.#writeOwn(request, encoded(this.#core.guest, text, "utf16le"));
  }

  #writeOwn(request: StreamRequest, bytes: Uint8Array): number {
    return writeBytes(this.#core, this, request, bytes, true);
  }

  getAsyncId(): number {
    return this.#core.stateOf(this).wrap.asyncId;
  }

  /** Makes it another's: as Node's agent of HTTP does with a connection that it uses again. */
  asyncReset(resource: object): void {
    const state = this.#core.stateOf(this);
    state.wrap = this.#core.guest.wraps.renew(this, state.wrap, resource);
  }

  getProviderType(): number {
    const { tables } = this.#core.guest;
    return tables.providers[this.#core.stateOf(this).wrap.provider] ?? 0;
  }

  ref(): void {
    this.#core.stateOf(this).loop.ref = true;
  }

  unref(): void {
    this.#core.stateOf(this).loop.ref = false;
  }

  hasRef(): boolean {
    const { loop, closed } = this.#core.stateOf(this);
    return loop.ref && !closed;
  }

  close(callback?: () => void): void {
    this.#core.close(this, callback);
  }

  reset(callback?: () => void): number {
    this.#core.close(this, callback, true);
    return 0;
  }
}

function encoded(guest: Guest, text: string, encoding: "latin1" | "utf16le"): Uint8Array {
  const length = encoding === "latin1" ? text.length : text.length * 2;
  const bytes = new Uint8Array(length);
  if (encoding === "latin1") guest.native.buffer.latin1WriteStatic(bytes, text, 0, length);
  else guest.native.buffer.ucs2Write(bytes, text, 0, length);
  return bytes;
}

/** Puts a byte stream that the host keeps behind a handle, by its number. */
export function attachHostStream(core: StreamCore, handle: StreamHandle, stream: number): void {
  core.attach(handle, new HostEnd(core.guest, stream, core.stateOf(handle).wrap.provider));
}
