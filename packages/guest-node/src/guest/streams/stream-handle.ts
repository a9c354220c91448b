import { bytesOf } from "../bytes.ts";
import type { Guest } from "../guest.ts";
import type { StreamCore, WriteRequest } from "./stream-core.ts";

/** The base of `Pipe` and `TTY`: a descriptor as a stream, read over requests and written at once. */
export class StreamHandle {
  readonly #core: StreamCore;

  constructor(core: StreamCore, provider: string) {
    this.#core = core;
    core.register(this, provider);
  }

  open(fd: number): number {
    this.#core.stateOf(this).fd = fd;
    return 0;
  }

  get fd(): number {
    return this.#core.stateOf(this).fd;
  }

  get bytesRead(): number {
    return this.#core.stateOf(this).bytesRead;
  }

  get bytesWritten(): number {
    return this.#core.stateOf(this).bytesWritten;
  }

  get isStreamBase(): boolean {
    return true;
  }

  get writeQueueSize(): number {
    return 0;
  }

  readStart(): number {
    this.#core.start(this);
    return 0;
  }

  readStop(): number {
    this.#core.stop(this);
    return 0;
  }

  setBlocking(): number {
    return 0;
  }

  useUserBuffer(): void {}

  shutdown(request: WriteRequest): number {
    const { wrap } = this.#core.stateOf(this);
    const { loop } = this.#core.guest;
    loop.post(() => {
      if (typeof request.oncomplete === "function") loop.makeCallback(wrap, request.oncomplete, request, 0);
    });
    return 0;
  }

  writeBuffer(request: WriteRequest, bytes: ArrayBufferView): number {
    return this.#core.write(this, request, bytesOf(bytes));
  }

  writev(request: WriteRequest, chunks: readonly unknown[], allBuffers: boolean): number {
    return this.#core.writeAll(this, request, chunks, allBuffers);
  }

  writeUtf8String(request: WriteRequest, text: string): number {
    return this.#core.write(this, request, this.#core.guest.native.encoding.encodeUtf8String(text));
  }

  writeAsciiString(request: WriteRequest, text: string): number {
    return this.#core.write(this, request, encoded(this.#core.guest, text, "latin1"));
  }

  writeLatin1String(request: WriteRequest, text: string): number {
    return this.#core.write(this, request, encoded(this.#core.guest, text, "latin1"));
  }

  writeUcs2String(request: WriteRequest, text: string): number {
    return this.#core.write(this, request, encoded(this.#core.guest, text, "utf16le"));
  }

  getAsyncId(): number {
    return this.#core.stateOf(this).wrap.asyncId;
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
    return this.#core.stateOf(this).loop.ref;
  }

  close(callback?: () => void): void {
    this.#core.close(this, callback);
  }
}

function encoded(guest: Guest, text: string, encoding: "latin1" | "utf16le"): Uint8Array {
  const length = encoding === "latin1" ? text.length : text.length * 2;
  const bytes = new Uint8Array(length);
  if (encoding === "latin1") guest.native.buffer.latin1WriteStatic(bytes, text, 0, length);
  else guest.native.buffer.ucs2Write(bytes, text, 0, length);
  return bytes;
}
