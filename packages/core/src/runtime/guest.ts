import { CallDeadline } from "../calls/call-deadline.ts";
import { callFailed, callWithin, givenUp } from "../calls/call-into.ts";
import { CallSlots } from "../calls/call-slots.ts";
import { type CheckedCall, NO_OPTIONS, readCall } from "../calls/read-call-options.ts";
import type { GuestUsage } from "../contracts/loaded-guest.ts";
import { VivariumError } from "../errors/vivarium-error.ts";
import type { CallRest, CallResult, CheckedName } from "../functions/call-types.ts";
import { type ExecResult, endingOf } from "../outcome/run-result.ts";
import { type GuestLife, UsedLife } from "./guest-life.ts";
import { assertNiceness, LEAST_URGENT, lowerPriority } from "./guest-priority.ts";
import { type GuestRequestInit, readGuestRequest } from "./guest-request-init.ts";
import { suspend } from "./guest-suspension.ts";
import type { CallBounds } from "./read-load-options.ts";
import type { LoadOptions } from "./runtime-options.ts";

/** What a guest is made from. */
export interface GuestParts {
  readonly life: GuestLife;
  /** Loads another program as the first was. */
  readonly load: (code: string, options: string | LoadOptions) => Promise<GuestLife>;
  readonly bounds: CallBounds;
}

/** How busy a guest is. */
export interface GuestStatus {
  /** `exited`: it takes no calls any more. */
  readonly state: "running" | "exited";
  /** Calls that it has at present. */
  readonly activeCalls: number;
  /** Calls that wait for their turn. */
  readonly queuedCalls: number;
  /** Calls that have come back, with a value. */
  readonly returnedCalls: number;
  /** Calls that have failed, for whatever reason. */
  readonly failedCalls: number;
  /**
   * CPU time of its cell since that began, in milliseconds, as the machine tells it also while the guest computes. Undefined where the
   * cell is not its own, where the machine does not tell, and once it has ended.
   */
  readonly cpuTimeMs: number | undefined;
}

/**
 * A program that stays: its module has been evaluated, keeps its state, and its exports can be called until it ends.
 * `runtime.load()` makes it; dispose of it when it is no longer needed, or of its runtime.
 *
 * @typeParam Exports what the program exports, as far as its author is trusted: names, arguments and results of calls are
 *   checked against it, by the compiler alone. Of overloads TypeScript sees the last alone, of a generic function its
 *   constraints; names have four parts at most (`a.b.c.d`). `Guest` alone is a guest of any exports
 */
export class Guest<Exports = unknown> implements AsyncDisposable {
  /** Settles with how the guest has ended, for whatever reason: by itself, by a limit, with its cell, or disposed of. */
  readonly exited: Promise<ExecResult>;
  /** Types alone: what its program exports. */
  declare readonly shape?: Exports;
  readonly #load: GuestParts["load"];
  readonly #slots: CallSlots;
  readonly #exited: PromiseWithResolvers<ExecResult> = Promise.withResolvers();
  #current: UsedLife;
  /** Those that it had before, as long as they have calls. */
  readonly #retiring: Set<UsedLife> = new Set();
  #isDisposed = false;
  #niceness = 0;
  #isSuspended = false;
  #result: ExecResult | undefined;
  #returned = 0;
  #failed = 0;

  /** `runtime.load()` is what makes guests. */
  constructor(parts: GuestParts) {
    this.#load = parts.load;
    this.#slots = new CallSlots(parts.bounds);
    this.exited = this.#exited.promise;
    this.#current = this.#live(parts.life);
  }

  /**
   * Calls an exported function, and brings out what it returns, awaited, as inert data (see `RunResult.exports`). Calls
   * interleave where they wait, as in one Node process.
   *
   * A call that takes too long, or is given up, fails alone: the guest goes on, and what comes of the call is dropped. So
   * does one whose CPU time is used up by the time that it waits. One that goes on for a tenth of a second of CPU
   * time after that without a wait ends the guest, since a loop cannot be unwound: all other calls fail then (`ended`).
   *
   * @param name of the export; with dots between names, of a function within it: `"routes.list"`
   * @param rest `args` are copied into the guest as inert data, and may be left out where the function requires none;
   *   `options` are this call's own
   * @throws VivariumError (by rejection) `ERR_CALL_FAILED`, whose `detail.reason` says why and whose `cause` is what the
   *   function threw, as data; `ERR_UNEXPORTABLE_VALUE` for arguments that are none; `ERR_INVALID_OPTION`,
   *   `ERR_UNKNOWN_OPTION`, `ERR_INVALID_LIMIT`
   */
  async call<Name extends string>(
    name: CheckedName<Exports, Name>,
    ...rest: CallRest<Exports, Name>
  ): Promise<CallResult<Exports, Name>> {
    const [args, options = NO_OPTIONS] = rest;
    const call = readCall(name, args ?? [], options, this.#current.life.limits);
    try {
      const value = await this.#call(call);
      this.#returned += 1;
      return value as CallResult<Exports, Name>;
    } catch (error) {
      this.#failed += 1;
      throw error;
    }
  }

  /**
   * Asks a server of this guest over HTTP or HTTPS, as `runtime.network.fetch()` does: whatever other guests listen on. It takes no turn
   * of a call (`callsAtOnce`).
   *
   * @throws TypeError (by rejection), VivariumError (by rejection) as `runtime.network.fetch()`; `ECONNREFUSED` for a guest
   *   that has ended, too
   */
  async fetch(input: string | URL | Request, init?: GuestRequestInit): Promise<Response> {
    const { request, bounds } = readGuestRequest(input, init);
    const used = this.#current;
    const { loaded } = used.life;
    if (loaded.fetch === undefined)
      throw new VivariumError("ERR_UNSUPPORTED_CAPABILITY", { driver: "its driver", capability: "servers in guests" });
    return await loaded.fetch(request, { ...bounds, onOver: once(used.hold()) });
  }

  /**
   * Has whatever else the machine does go before this guest, for as long as it stays: for one that uses more CPU time than others
   * should have to bear. What it may use stays as it is. After a {@link reload} it holds for the new program, too.
   *
   * @param niceness of its cell, from 0 to 19, as nice(2) has it. It is only raised. @default 19
   * @throws VivariumError `ERR_INVALID_OPTION`; `ERR_UNSUPPORTED_CAPABILITY` where the guest has no cell to itself
   */
  lowerPriority(niceness: number = LEAST_URGENT): void {
    assertNiceness(niceness);
    if (this.#result !== undefined) return;
    lowerPriority(this.#current.life, niceness);
    this.#niceness = Math.max(this.#niceness, niceness);
  }

  /**
   * Stops the guest where it is, whatever it does, until {@link resume}: what it is told of waits, and time limits go on.
   * Workers and processes that it has started have cells of their own, and are not stopped. Idempotent.
   *
   * @throws VivariumError `ERR_UNSUPPORTED_CAPABILITY` where the guest has no process to itself, or the
   *   system is not Linux
   */
  suspend(): void {
    if (this.#result !== undefined) return;
    suspend(this.#current.life, true);
    this.#isSuspended = true;
  }

  /** Has the guest go on where {@link suspend} has stopped it. Idempotent. */
  resume(): void {
    if (!this.#isSuspended) return;
    this.#isSuspended = false;
    for (const { life } of [...this.#retiring, this.#current]) suspend(life, false);
  }

  /** How busy it is, at once. */
  status(): GuestStatus {
    return {
      state: this.#result === undefined ? "running" : "exited",
      activeCalls: this.#slots.taken,
      queuedCalls: this.#slots.waiting,
      returnedCalls: this.#returned,
      failedCalls: this.#failed,
      cpuTimeMs: this.#result === undefined ? this.#current.life.loaded.cpuTimeMs?.() : undefined,
    };
  }

  /** Ends the guest (outcome `aborted`), and every call that it has or that waits (`ended`). Settles when it is over. Idempotent. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.resume();
    for (const { life } of this.#retiring) life.end();
    this.#current.life.end();
    await Promise.all([this.exited, ...[...this.#retiring].map(({ life }) => life.exited)]);
  }

  /**
   * Puts another program in the place of this one: loads it, and from then on calls go to it. Calls that are under way end
   * where they began, and with the last of them the program before; what that had kept is gone. Where the new program
   * cannot be loaded, nothing changes.
   *
   * @param options how to load it, or its path; what it does not say is as it was for the program before
   * @throws VivariumError (by rejection) as `runtime.load()`; `ERR_GUEST_ENDED` for a guest that has ended by itself, by a
   *   limit or with its cell, `ERR_DISPOSED` for one that has been disposed of
   */
  async reload(code: string, options: string | LoadOptions = {}): Promise<void> {
    this.#assertRunning();
    const life = await this.#load(code, options);
    try {
      this.#assertRunning();
    } catch (error) {
      life.end();
      throw error;
    }
    const before = this.#current;
    this.#current = this.#live(life);
    if (this.#niceness > 0) lowerPriority(life, this.#niceness);
    if (this.#isSuspended) suspend(life, true);
    this.#retiring.add(before);
    void before.retire().then(() => this.#retiring.delete(before));
  }

  /** What it has used so far; after a {@link reload}, its present program. `undefined` once it has ended. */
  usage(): Promise<GuestUsage | undefined> {
    return this.#current.life.loaded.usage();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** How this life ends is how the guest does, unless another has taken its place. */
  #live(life: GuestLife): UsedLife {
    const used = new UsedLife(life);
    void life.exited.then((result) => {
      if (this.#current !== used) return;
      this.#result = result;
      this.#exited.resolve(result);
    });
    return used;
  }

  #assertRunning(): void {
    if (this.#isDisposed) throw new VivariumError("ERR_DISPOSED", { what: "the guest" });
    if (this.#result === undefined) return;
    const { outcome } = this.#result;
    throw new VivariumError("ERR_GUEST_ENDED", { problem: endingOf(outcome), outcome });
  }

  async #call(call: CheckedCall): Promise<unknown> {
    using deadline = new CallDeadline(call.timeoutMs, call.signal);
    if (deadline.givenUp !== undefined) throw givenUp(call, deadline);
    const { signal } = deadline;
    const turn = this.#slots.take(signal);
    if (turn === false) throw callFailed(call, "at-capacity", "too many calls wait for their turn");
    if (turn !== true) {
      await turn.catch(() => {
        throw givenUp(call, deadline);
      });
    }
    const used = this.#current;
    const over = used.hold();
    try {
      const hold = (): (() => void) => used.hold();
      return await callWithin({ ...used.life, hold }, { kind: "export", name: call.name }, call, deadline);
    } finally {
      over();
      this.#slots.give();
    }
  }
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}
