import type { MaybePromise } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { canBeHeard, isHarmless, nameOfSignal, numberOfSignal } from "./signal-names.ts";

/** Signals of a guest that another one has started: those that it listens to, and those that it was sent. */
export class GuestSignals {
  readonly #heard: Set<number> = new Set();
  /** Numbers that the guest has not been told of; as for a process, each at most once. */
  readonly #pending: Set<number> = new Set();
  #waiting: PromiseWithResolvers<number> | undefined;
  #endedBy: string | undefined;
  #isOver = false;

  /** The signal that has ended the guest, if one has. */
  get endedBy(): string | undefined {
    return this.#endedBy;
  }

  /** Sends it a signal; answers whether it lives on: one that does not listen is ended by most. */
  send(name: string): boolean {
    const signal = numberOfSignal(name);
    if (signal === undefined) return true;
    if (!this.#heard.has(signal)) {
      if (isHarmless(name)) return true;
      this.#endedBy ??= name;
      return false;
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#pending.add(signal);
    else waiting.resolve(signal);
    return true;
  }

  /** The guest listens to a signal, or does so no longer. @throws {CallFailure} `EINVAL` for one that nobody can listen to */
  listen(signal: number, isHeard: boolean): void {
    const name = nameOfSignal(signal);
    if (name === undefined || !canBeHeard(name)) throw new CallFailure("EINVAL");
    if (isHeard) this.#heard.add(signal);
    else this.#heard.delete(signal);
  }

  /** The next one that it listens to; 0 when none comes any more. @throws {CallFailure} `EBUSY` for a second that waits */
  next(): MaybePromise<number> {
    if (this.#isOver) return 0;
    if (this.#waiting !== undefined) throw new CallFailure("EBUSY");
    for (const signal of this.#pending) {
      this.#pending.delete(signal);
      return signal;
    }
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  /** The guest ends itself by a signal. */
  raise(signal: number): void {
    this.#endedBy ??= nameOfSignal(signal);
  }

  /** The guest is over. */
  close(): void {
    this.#isOver = true;
    this.#waiting?.resolve(0);
    this.#waiting = undefined;
  }
}
