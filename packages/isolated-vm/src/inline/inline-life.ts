import type { GuestUsage, Limits, LoadedGuest } from "@vivarium/core";
import { Invocations } from "@vivarium/kernel";
import { encodeArguments } from "../encode-arguments.ts";
import { OpenInvocations } from "../open-invocations.ts";

/** A program that can be called, on the host's own thread: both ends of its calls. */
export class InlineLife {
  readonly invocations: Invocations;
  readonly #open: OpenInvocations;
  #usage: (() => GuestUsage) | undefined;

  constructor(limits: Limits) {
    this.invocations = new Invocations(limits.resultLimitBytes, (end) => this.#open.end(end));
    this.#open = new OpenInvocations({
      encode: (invocation) => encodeArguments(invocation, limits),
      askUsage: () => queueMicrotask(() => this.#open.used(this.#usage?.())),
      place: (invocation) => this.invocations.add(invocation),
      cancel: (id) => this.invocations.cancel(id),
    });
  }

  /** From here on it can be asked what it has used. */
  begin(usage: () => GuestUsage): void {
    this.#usage = usage;
  }

  get guest(): LoadedGuest {
    return this.#open;
  }

  /** The guest has ended. */
  close(): void {
    this.#open.close();
  }
}
