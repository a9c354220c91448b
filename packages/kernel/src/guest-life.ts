import type { Limits } from "@vivarium/core";
import type { GuestDoor } from "./guest-door.ts";
import type { GuestLoop } from "./guest-loop.ts";
import type { InvocationService } from "./invocation-service.ts";
import type { Invocations } from "./invocations.ts";
import { LivingBudget } from "./living-budget.ts";
import type { LivingGuest } from "./run-guest.ts";
import type { GuestCalls } from "./system-calls/guest-calls.ts";

export interface GuestLifeOptions extends LivingGuest {
  readonly service: InvocationService;
  readonly invocations: Invocations;
  readonly calls: GuestCalls;
  readonly limits: Limits;
  readonly door: GuestDoor;
  readonly loop: GuestLoop;
}

/** What a guest that stays does beyond its program: it takes calls. */
export class GuestLife {
  readonly #options: GuestLifeOptions;
  #isLoaded = false;

  constructor(options: GuestLifeOptions) {
    this.#options = options;
  }

  /** Takes calls for as long as the guest lives. True for a program that comes to its end without being evaluated. */
  async live(): Promise<boolean> {
    const { invocations, loop } = this.#options;
    for (;;) {
      // What the program has done in its last turn may have been the end of its evaluation.
      if (!this.serve() || !(await loop.run()) || !this.serve()) return false;
      if (!this.#isLoaded) return true;
      if (invocations.isWaiting) await loop.giveWay();
      else if (!(await loop.untilCalled())) return false;
    }
  }

  /** Gives the guest the calls that have come. False when it has ended. */
  serve(): boolean {
    this.#load();
    return this.#options.service.serve();
  }

  /** Once, when the program has been evaluated: its limits of time were for that. */
  #load(): void {
    const { calls, limits, door, invocations, onLoaded } = this.#options;
    if (this.#isLoaded || !calls.record.isLoaded) return;
    this.#isLoaded = true;
    door.budget = new LivingBudget(limits, invocations, () => door.cpuTimeMs());
    onLoaded();
  }
}
