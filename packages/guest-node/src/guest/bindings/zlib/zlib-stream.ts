import { WINDOW_BYTES } from "@vivarium/core";
import { bytesOf } from "../../bytes.ts";
import type { Guest } from "../../guest.ts";
import { encodeForHost } from "../../host-values.ts";
import { createOwnRegistry, type WhenDead } from "../../own-registry.ts";
import { StringPrototypeSplit, TypedArrayPrototypeSubarray } from "../../past-prototypes.ts";
import { MathMin, ReflectApply, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet } from "../../primordial.ts";

type View = ArrayBufferView | ArrayBuffer;

/** What Node's library puts on a handle. */
interface Owner {
  readonly onerror?: (message: string, errno: number, code: string) => void;
}

/** What a stream in the kernel begins with. */
interface Beginning {
  readonly engine: string;
  readonly mode: number;
  /** @param length bytes that are all that is to be compressed, where that is known */
  readonly argsFor: (length?: number) => readonly unknown[];
  /** Whether {@link argsFor} heeds the length: then an engine that is handed all of its input at once is told so, as it would see itself. */
  readonly takesLength: boolean;
}

/** One call of `write` or `writeSync`, and how far it has come. */
interface Writing {
  readonly flush: number;
  readonly input: Uint8Array;
  readonly output: Uint8Array;
  /** Bytes of both that are done with. */
  read: number;
  written: number;
}

const HEADER_BYTES = 8;
const MOST_ROOM: number = WINDOW_BYTES - HEADER_BYTES;
/** In every engine's numbering: no flush. */
const GO_ON = 0;
/** In the numbering of zstd. */
const ZSTD_END = 2;
const EBADF = -9;
const EINVAL = -22;
const EMFILE = -24;
const MOST_BEGINNING_BYTES = 64 * 1024 * 1024;

/** Tells the kernel of streams whose handles are dead. */
export function createStreamEnds(guest: Guest): WhenDead<NativeEnd> {
  return createOwnRegistry<NativeEnd>(guest, (end) => end.close());
}

/** The number of a stream in the kernel, until it is closed there. */
export class NativeEnd {
  readonly #guest: Guest;
  number = -1;

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  close(): void {
    if (this.number < 0) return;
    this.#guest.calls.sync("zlib.close", this.number);
    this.number = -1;
  }
}

/** The stream behind one handle of Node's `zlib` binding. A step is no longer than the window, so that a guest can be ended between two. */
export class ZlibStream {
  readonly #guest: Guest;
  readonly #owner: object;
  readonly #end: NativeEnd;
  #beginning: Beginning | undefined;
  /** Whether nothing has been written since it was begun. */
  #isFresh = false;
  #knowsLength = false;
  #left: Uint32Array | undefined;
  #onWritten: (() => void) | undefined;
  #isWriting = false;
  #isClosing = false;

  constructor(guest: Guest, owner: object, ends: WhenDead<NativeEnd>) {
    this.#guest = guest;
    this.#owner = owner;
    this.#end = new NativeEnd(guest);
    ends(owner, this.#end);
    guest.wraps.adopt(owner, "ZLIB");
  }

  /** @throws what the engine says of what it is to begin with */
  open(beginning: Beginning, left: Uint32Array, onWritten: () => void): void {
    this.#beginning = beginning;
    this.#left = left;
    this.#onWritten = onWritten;
    this.#start(beginning);
  }

  #start({ engine, mode, argsFor }: Beginning, length?: number): void {
    const { calls } = this.#guest;
    const encoded = encodeForHost(this.#guest, argsFor(length), { limitBytes: MOST_BEGINNING_BYTES });
    if (encoded.kind !== "encoded") throw new RangeError("The dictionary is too large");
    this.#end.close();
    this.#isFresh = true;
    this.#knowsLength = length !== undefined;
    const number = calls.syncWithInput("zlib.open", encoded.bytes, engine, mode) as number;
    if (number >= 0) this.#end.number = number;
    else throw this.#openFailure(number, calls.reason());
  }

  writeSync(
    flush: number,
    input: View | null,
    inputAt: number,
    inputLength: number,
    output: View,
    outputAt: number,
    outputLength: number,
  ): void {
    const writing = this.#begin(flush, input, inputAt, inputLength, output, outputAt, outputLength);
    for (let goesOn = true; goesOn; ) {
      const result = this.#guest.calls.syncWithInput(
        "zlib.write",
        this.#piece(writing),
        this.#end.number,
        this.#flushOf(writing),
        roomOf(writing),
      );
      if (!this.#succeeded(result as number, () => this.#guest.calls.reason())) return;
      goesOn = this.#take(writing, result as number);
    }
    this.#tell(writing);
  }

  write(
    flush: number,
    input: View | null,
    inputAt: number,
    inputLength: number,
    output: View,
    outputAt: number,
    outputLength: number,
  ): void {
    const writing = this.#begin(flush, input, inputAt, inputLength, output, outputAt, outputLength);
    this.#isWriting = true;
    this.#step(writing);
  }

  params(level: number, strategy: number): void {
    const { calls } = this.#guest;
    this.#succeeded(calls.sync("zlib.params", this.#end.number, level, strategy) as number, () => calls.reason());
  }

  reset(): void {
    const { calls } = this.#guest;
    // What comes next may be longer or shorter.
    if (this.#knowsLength && this.#beginning !== undefined) {
      this.#start(this.#beginning);
      return;
    }
    this.#isFresh = true;
    this.#succeeded(calls.sync("zlib.reset", this.#end.number) as number, () => calls.reason());
  }

  /** While something is being written, it is closed after that. */
  close(): void {
    if (this.#isWriting) this.#isClosing = true;
    else this.#end.close();
  }

  #begin(
    flush: number,
    input: View | null,
    inputAt: number,
    inputLength: number,
    output: View,
    outputAt: number,
    outputLength: number,
  ): Writing {
    if (this.#isWriting || this.#isClosing) throw new TypeError("The stream is not ready to be written to");
    const bytes =
      input === null ? new Uint8Array(0) : TypedArrayPrototypeSubarray(bytesOf(input), inputAt, inputAt + inputLength);
    const room = TypedArrayPrototypeSubarray(bytesOf(output), outputAt, outputAt + outputLength);
    this.#tellLength(flush, inputLength);
    return { flush, input: bytes, output: room, read: 0, written: 0 };
  }

  /** Where one write is all there is, zstd notes its length in front; of input in pieces it has to be told. */
  #tellLength(flush: number, length: number): void {
    const beginning = this.#beginning;
    const isAll = this.#isFresh && flush === ZSTD_END && length > WINDOW_BYTES;
    if (isAll && beginning?.takesLength === true) this.#start(beginning, length);
    this.#isFresh = false;
  }

  /** One request to the kernel after the other, each from the event loop. */
  #step(writing: Writing): void {
    const deliver = (result: unknown, reason: string | undefined): void => {
      const wrap = this.#guest.wraps.adopt(this.#owner, "ZLIB");
      if ((result as number) >= 0 && this.#take(writing, result as number)) {
        this.#step(writing);
        return;
      }
      this.#isWriting = false;
      this.#guest.loop.makeCallback(
        wrap,
        () => {
          if (this.#succeeded(result as number, () => reason)) {
            this.#tell(writing);
            if (this.#onWritten !== undefined) ReflectApply(this.#onWritten, this.#owner, []);
          }
          if (this.#isClosing && !this.#isWriting) this.#end.close();
        },
        this.#owner,
      );
    };
    this.#guest.calls.request("zlib.write", [this.#end.number, this.#flushOf(writing), roomOf(writing)], deliver, {
      input: this.#piece(writing),
      resource: "Zlib",
    });
  }

  #piece({ input, read }: Writing): Uint8Array {
    return TypedArrayPrototypeSubarray(input, read, read + WINDOW_BYTES);
  }

  /** What comes before the last piece of input is only gone on with. */
  #flushOf({ flush, input, read }: Writing): number {
    return TypedArrayPrototypeGetLength(input) - read > WINDOW_BYTES ? GO_ON : flush;
  }

  /** Takes the output of a step; answers whether there is a next. */
  #take(writing: Writing, length: number): boolean {
    const { input, output, read } = writing;
    const answer = this.#guest.calls.payload(length);
    const roomLeft = uint32At(answer, 0);
    const inputLeft = uint32At(answer, 4);
    const inputLength = TypedArrayPrototypeGetLength(input);
    const offered = MathMin(inputLength - read, WINDOW_BYTES);
    TypedArrayPrototypeSet(output, TypedArrayPrototypeSubarray(answer, HEADER_BYTES), writing.written);
    writing.read += offered - inputLeft;
    writing.written += length - HEADER_BYTES;
    if (writing.written === TypedArrayPrototypeGetLength(output)) return false;
    // Room that is left says that the engine wants no more of this piece.
    return roomLeft === 0 || (inputLeft === 0 && writing.read < inputLength);
  }

  /** Says how much of the room and of the input is left. */
  #tell({ input, output, read, written }: Writing): void {
    const left = this.#left;
    if (left === undefined) return;
    left[0] = TypedArrayPrototypeGetLength(output) - written;
    left[1] = TypedArrayPrototypeGetLength(input) - read;
  }

  /** Has the library told of a failure. */
  #succeeded(result: number, reason: () => string | undefined): boolean {
    if (result >= 0) return true;
    const { message, errno, code } = failureOf(result, reason());
    const { onerror } = this.#owner as Owner;
    if (typeof onerror === "function") ReflectApply(onerror, this.#owner, [message, errno, code]);
    return false;
  }

  #openFailure(result: number, reason: string | undefined): Error {
    const { errors } = this.#guest;
    if (result === EMFILE) {
      return errors.coded("Error", "ERR_ZLIB_INITIALIZATION_FAILED", "The streams that are open take too much memory");
    }
    const { code, message } = failureOf(result, reason);
    return errors.coded("Error", code, message);
  }
}

function roomOf({ output, written }: Writing): number {
  return MathMin(TypedArrayPrototypeGetLength(output) - written, MOST_ROOM);
}

function failureOf(result: number, reason: string | undefined): { errno: number; code: string; message: string } {
  if (result === EINVAL && reason !== undefined) {
    const parts = StringPrototypeSplit(reason, "\0");
    return { errno: +(parts[0] ?? 0), code: parts[1] ?? "", message: parts[2] ?? "" };
  }
  const message = result === EBADF ? "The stream is closed" : "The stream failed";
  return { errno: result, code: "ERR_ZLIB_STREAM", message };
}

function uint32At(bytes: Uint8Array, at: number): number {
  const byte = (index: number): number => bytes[at + index] ?? 0;
  return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
}
