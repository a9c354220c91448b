import type { GuestUsage, Limits, LoadListener } from "@vivarium/core";
import { Invocations, type LivingGuest } from "@vivarium/kernel";
import { encodeArguments } from "../encode-arguments.ts";
import { OpenInvocations } from "../open-invocations.ts";

/** A program that stays, on the host's own thread: both ends of its calls. */
export class InlineLife implements LivingGuest {
  readonly invocations: Invocations;
  readonly #open: OpenInvocations;
  readonly #onLoaded: LoadListener["onLoaded"];
  #usage: (() => GuestUsage) | undefined;

  constructor(limits: Limits, onLoaded: LoadListener["onLoaded"]) {
    this.#onLoaded = onLoaded;
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

  readonly onLoaded = (): void => this.#onLoaded(this.#open);

  /** The guest has ended. */
  close(): void {
    this.#open.close();
  }
}
