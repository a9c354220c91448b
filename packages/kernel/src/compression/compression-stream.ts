import { WINDOW_BYTES } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { type EngineName, engineClass, type NativeStream } from "./engines.ts";

/** What is left of the room and of the input lies before the output. */
const HEADER_BYTES = 8;
/** Output of one step at most. */
const MOST_ROOM: number = WINDOW_BYTES - HEADER_BYTES;
/** A step is as long as its input allows: brotli takes a tenth of a second for this much. */
const MOST_INPUT: number = WINDOW_BYTES;

/** The last way to flush that each engine knows: the binding ends the process for any other. */
const lastFlush: Readonly<Record<EngineName, number>> = {
  Zlib: 5,
  BrotliEncoder: 3,
  BrotliDecoder: 3,
  ZstdCompress: 2,
  ZstdDecompress: 2,
};

/** One stream of a guest: output comes in pieces that fit the window, whatever its input unfolds to. */
export class CompressionStream {
  readonly #engine: EngineName;
  readonly #native: NativeStream;
  readonly #left: Uint32Array = new Uint32Array(2);
  #failure: CallFailure | undefined;

  /** @throws {CallFailure} when the engine refuses what it is to begin with */
  constructor(engine: EngineName, mode: number, begin: (left: Uint32Array) => readonly unknown[]) {
    const Native = engineClass(engine);
    this.#engine = engine;
    this.#native = new Native(mode);
    this.#native.onerror = (message, errno, code) => {
      this.#failure = engineFailure(errno, code, message);
    };
    try {
      this.#native.init(...begin(this.#left));
    } catch (error) {
      const { code, message } = error as Error & { readonly code?: string };
      this.#failure = engineFailure(0, code ?? "ERR_ZLIB_INITIALIZATION_FAILED", message);
    }
    this.#assertSound();
  }

  /** One step: what of the room and the input is left, and the output. */
  write(flush: number, room: number, input: Uint8Array): Uint8Array {
    const isKnown = flush >= 0 && flush <= lastFlush[this.#engine];
    if (!isKnown || room < 0 || room > MOST_ROOM || input.byteLength > MOST_INPUT) throw new CallFailure("EINVAL");
    const answer = new Uint8Array(HEADER_BYTES + room);
    this.#native.writeSync(flush, input, 0, input.byteLength, answer, HEADER_BYTES, room);
    this.#assertSound();
    const [roomLeft = 0, inputLeft = 0] = this.#left;
    new Uint32Array(answer.buffer, 0, 2).set([roomLeft, inputLeft]);
    return answer.subarray(0, HEADER_BYTES + room - roomLeft);
  }

  params(level: number, strategy: number): void {
    if (this.#engine !== "Zlib") throw new CallFailure("EINVAL");
    if (level < -1 || level > 9 || strategy < 0 || strategy > 4) throw new CallFailure("EINVAL");
    this.#native.params(level, strategy);
    this.#assertSound();
  }

  reset(): void {
    this.#native.reset();
    this.#assertSound();
  }

  close(): void {
    this.#native.close();
  }

  #assertSound(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }
}

function engineFailure(errno: number, code: string, message: string): CallFailure {
  return new CallFailure("EINVAL", `${errno}\0${code}\0${message}`);
}
