import { invocationTargets } from "@vivarium/core";
import type { GuestDoor } from "./guest-door.ts";
import type { GuestLoop } from "./guest-loop.ts";
import type { Invocations } from "./invocations.ts";
import type { GuestCalls } from "./system-calls/guest-calls.ts";

export interface InvocationServiceOptions {
  readonly invocations: Invocations;
  readonly calls: GuestCalls;
  readonly door: GuestDoor;
  readonly loop: GuestLoop;
}

/** Gives a guest the calls that its host makes. */
export class InvocationService {
  readonly #options: InvocationServiceOptions;

  constructor(options: InvocationServiceOptions) {
    this.#options = options;
  }

  /** Those that have come. False when the guest has ended. */
  serve(): boolean {
    const { invocations, calls, door, loop } = this.#options;
    for (let next = invocations.next(); next !== undefined; next = invocations.next()) {
      const { id, target, args } = next;
      calls.prepareInvocation(args);
      const kind = invocationTargets.indexOf(target.kind);
      const what = target.kind === "export" ? target.name : target.id;
      if (!door.enter("invoke", [id, kind, what, args.byteLength, invocations.limitBytes], id)) return false;
      if (loop.isBreathless) return true;
    }
    return true;
  }
}
