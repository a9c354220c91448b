import { decodeInert, decodeInertInSlices, type GuestFunction } from "@vivarium/core";
import { type Steps, settle } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { Origin } from "./crossing.ts";
import { type GuestFunctions, MOST_FUNCTIONS } from "./guest-functions.ts";
import { ToldError } from "./host-function-call.ts";

export interface FunctionArgumentsOptions {
  readonly origin: Origin;
  readonly bytes: Uint8Array;
  /** Bytes that they may take, read. */
  readonly limitBytes: number;
  /** False for a cell on the host's own thread, which the guest holds up as it is. */
  readonly mayWait: boolean;
  readonly functions: GuestFunctions;
}

/** The arguments of one call as its guest has sent them, of which there are as many copies as are read. */
export class FunctionArguments {
  readonly origin: Origin;
  readonly #bytes: Uint8Array;
  readonly #limitBytes: number;
  readonly #mayWait: boolean;
  readonly #functions: GuestFunctions;
  /** Those that came with this call. */
  readonly #taken: GuestFunction[] = [];

  constructor({ origin, bytes, limitBytes, mayWait, functions }: FunctionArgumentsOptions) {
    this.origin = origin;
    this.#bytes = bytes;
    this.#limitBytes = limitBytes;
    this.#mayWait = mayWait;
    this.#functions = functions;
  }

  /**
   * Reads them, and takes the functions that come with them.
   * @throws {ToldError} `ERR_TOO_MANY_FUNCTIONS`
   * @throws {CallFailure} `EINVAL` for what no guest of ours sends
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

  *#read(live: (number: number) => unknown): Steps<readonly unknown[]> {
    const { takesFunctions } = this.origin.target.definition;
    const options = { limitBytes: this.#limitBytes, ...(takesFunctions ? { live } : {}) };
    let value: unknown;
    try {
      value =
        this.#bytes.byteLength <= SMALL_BYTES || !this.#mayWait
          ? decodeInert(this.#bytes, options)
          : (yield* settle(decodeInertInSlices(this.#bytes, options))).value;
    } catch (error) {
      throw error instanceof ToldError ? error : new CallFailure("EINVAL");
    }
    if (!Array.isArray(value)) throw new CallFailure("EINVAL");
    if (value.length > MOST_ARGUMENTS) throw this.#tooMany();
    return value;
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
