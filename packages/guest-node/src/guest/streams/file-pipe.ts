import { MathMin } from "../primordial.ts";
import type { StreamCore } from "./stream-core.ts";
import { UV_EBADF, UV_EOF } from "./stream-end.ts";
import type { StreamHandle } from "./stream-handle.ts";

/** How much is read at a time, in bytes. */
const READ_SIZE = 65_536;

/** Hears of a pipe. */
export interface PipeListener {
  /** The file cannot be read any further: why, or `UV_EOF`. */
  failed(status: number): void;
  /** It is over. */
  over(): void;
}

/** Reads a file and writes it to a stream, a piece at a time, and then ends the stream. */
export class FilePipe {
  readonly #core: StreamCore;
  readonly #fd: number;
  #offset: number;
  #left: number;
  readonly #sink: StreamHandle;
  readonly #listener: PipeListener;
  #isOver = false;
  #isWriting = false;

  constructor(
    core: StreamCore,
    range: { readonly fd: number; readonly offset: number; readonly length: number },
    sink: StreamHandle,
    listener: PipeListener,
  ) {
    this.#core = core;
    this.#fd = range.fd;
    this.#offset = range.offset;
    this.#left = range.length < 0 ? Number.MAX_SAFE_INTEGER : range.length;
    this.#sink = sink;
    this.#listener = listener;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get isWriting(): boolean {
    return this.#isWriting;
  }

  start(): void {
    this.#read();
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#core.guest.loop.post(() => this.#listener.over());
  }

  #read(): void {
    if (this.#isOver) return;
    const size = MathMin(this.#left, READ_SIZE);
    if (size <= 0) {
      this.#end(UV_EOF);
      return;
    }
    const { calls } = this.#core.guest;
    const answered = (result: unknown): void => {
      const length = typeof result === "number" ? result : UV_EBADF;
      if (length <= 0) this.#end(length === 0 ? UV_EOF : length);
      else this.#write(calls.payload(length), length);
    };
    calls.request("fs.read", [this.#fd, size, this.#offset], answered, { resource: "FILEHANDLE" });
  }

  #write(bytes: Uint8Array, length: number): void {
    if (this.#isOver) return;
    this.#left -= length;
    if (this.#offset >= 0) this.#offset += length;
    const end = this.#core.find(this.#sink)?.end;
    if (end === undefined) {
      this.stop();
      return;
    }
    this.#isWriting = true;
    const written = (status: number): void => {
      this.#isWriting = false;
      if (status < 0) this.stop();
      else this.#read();
    };
    const status = end.write(bytes, true, written);
    if (status !== undefined) written(status);
  }

  #end(status: number): void {
    if (this.#isOver) return;
    this.#listener.failed(status);
    if (!this.#isOver) this.#core.find(this.#sink)?.end?.shutdown(() => {});
    this.stop();
  }
}
