import { type DecodeOptions, decodeInert, decodeInertInSlices, type GuestFunction } from "@vivarium/core";
import { type Steps, settle } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { ArgumentRoom } from "./argument-room.ts";
import type { Origin } from "./crossing.ts";
import { type GuestFunctions, MOST_FUNCTIONS } from "./guest-functions.ts";
import { ToldError } from "./host-function-call.ts";

export interface FunctionArgumentsOptions {
  readonly origin: Origin;
  readonly bytes: Uint8Array;
  /** Bytes that they may take, read, of the room that there is. */
  readonly limitBytes: number;
  readonly room: ArgumentRoom;
  /** False for a cell on the host's own thread, which the guest holds up as it is. */
  readonly mayWait: boolean;
  readonly functions: GuestFunctions;
}

/** The arguments of one call as its guest has sent them, of which there are as many copies as are read. */
export class FunctionArguments {
  readonly origin: Origin;
  readonly #bytes: Uint8Array;
  readonly #limitBytes: number;
  readonly #room: ArgumentRoom;
  readonly #mayWait: boolean;
  readonly #functions: GuestFunctions;
  /** Those that came with this call. */
  readonly #taken: GuestFunction[] = [];
  /** Of the room. */
  #takenBytes = 0;
  /** Parts of the call that are under way. */
  #holders = 0;

  constructor({ origin, bytes, limitBytes, room, mayWait, functions }: FunctionArgumentsOptions) {
    this.origin = origin;
    this.#bytes = bytes;
    this.#limitBytes = limitBytes;
    this.#room = room;
    this.#mayWait = mayWait;
    this.#functions = functions;
  }

  /**
   * Reads them, and takes the functions that come with them.
   * @throws {ToldError} `ERR_TOO_MANY_FUNCTIONS`
   * @throws {CallFailure} `EINVAL` for what no guest of ours sends, `EAGAIN` when there is no room for them
   */
  *take(): Steps<readonly unknown[]> {
    return yield* this.#read((number) => this.#take(number));
  }

  /** Reads them once more, once they have been taken. */
  *copy(): Steps<readonly unknown[]> {
    return yield* this.#read((number) => this.#functions.get(number));
  }

  /** The function does not get them: the guest may have its functions back. */
  dismiss(): void {
    for (const handle of this.#taken) handle.release();
  }

  /** The call goes on, and with it the room that they have: what this answers, called once, says that a part of it is over. */
  readonly hold = (): (() => void) => {
    this.#holders += 1;
    return () => {
      this.#holders -= 1;
      if (this.#holders > 0) return;
      this.origin.life.end();
      this.#room.give(this.#takenBytes);
      this.#takenBytes = 0;
    };
  };

  *#read(live: (number: number) => unknown): Steps<readonly unknown[]> {
    const isSmall = this.#bytes.byteLength <= SMALL_BYTES || !this.#mayWait;
    let value: unknown;
    try {
      value = isSmall
        ? decodeInert(this.#bytes, this.#options(live))
        : (yield* settle(this.#room.inTurn(() => decodeInertInSlices(this.#bytes, this.#options(live))))).value;
    } catch (error) {
      throw error instanceof ToldError ? error : this.#unreadable();
    }
    if (!Array.isArray(value)) throw new CallFailure("EINVAL");
    if (value.length > MOST_ARGUMENTS) throw this.#tooMany();
    return value;
  }

  #options(live: (number: number) => unknown): DecodeOptions {
    return {
      limitBytes: Math.min(this.#limitBytes, this.#room.left),
      onTaken: (bytes) => {
        // The call may be over meanwhile, and nobody gets what has been read.
        if (this.#holders === 0) return;
        this.#room.take(bytes);
        this.#takenBytes += bytes;
      },
      ...(this.origin.target.definition.takesFunctions ? { live } : {}),
    };
  }

  /** No guest of ours sends what is malformed, or more than it has room for when nothing else is under way. */
  #unreadable(): CallFailure {
    if (this.#room.left >= this.#limitBytes) return new CallFailure("EINVAL");
    return new CallFailure("EAGAIN", "the calls under way have more arguments than there is room for");
  }

  #tooMany(): ToldError {
    const { path } = this.origin.target;
    const message = `${path}() takes at most ${MOST_ARGUMENTS} arguments`;
    return new ToldError("TypeError", "ERR_INVALID_ARGUMENTS", message);
  }

  #take(number: number): GuestFunction {
    const { module, target } = this.origin;
    const isNew = this.#functions.get(number) === undefined;
    const handle = this.#functions.take(number, `a function given to ${target.path} of ${module}`);
    if (handle === undefined)
      throw new ToldError("Error", "ERR_TOO_MANY_FUNCTIONS", `The host has ${MOST_FUNCTIONS} functions of this guest`);
    if (isNew) this.#taken.push(handle);
    return handle;
  }
}

/** They go onto the host's stack: what the function does shall not be what finds it full. */
const MOST_ARGUMENTS = 1000;
/** So many are read at once: a few milliseconds of the slowest. */
const SMALL_BYTES = 32_768;
