import type { CallOptions } from "../functions/call-options.ts";
import { brandGuestFunction, type GuestFunction } from "../functions/guest-function.ts";
import type { Limits } from "../limits/limits.ts";
import { type CalledGuest, callFailed, callInto } from "./call-into.ts";
import { NO_OPTIONS, readCall } from "./read-call-options.ts";

/** What a handle to a function of a guest is made from. */
export interface GuestFunctionParts {
  /** Whose it is; undefined once that has ended. */
  readonly guest: () => Pick<CalledGuest, "loaded"> | undefined;
  readonly limits: Limits;
  /** Its number among those that the guest has handed over. */
  readonly id: number;
  /** How errors of its calls name it. */
  readonly name: string;
  /** It is given back. Called once. */
  readonly onReleased: () => void;
}

/** The host's end of a function that a guest has handed over. */
export class GuestFunctionHandle implements GuestFunction {
  readonly #parts: GuestFunctionParts;
  #isReleased = false;

  constructor(parts: GuestFunctionParts) {
    brandGuestFunction(this);
    this.#parts = parts;
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  async call(args: readonly unknown[] = [], options: CallOptions = NO_OPTIONS): Promise<unknown> {
    const { guest, id, name, limits } = this.#parts;
    const call = readCall(name, args, options, limits);
    const owner = this.#isReleased ? undefined : guest();
    if (owner === undefined) {
      const problem = this.#isReleased ? "it has been given back" : "its guest has ended";
      throw callFailed(call, "ended", problem);
    }
    return await callInto({ ...owner, limits }, { kind: "function", id }, call);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#parts.onReleased();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
