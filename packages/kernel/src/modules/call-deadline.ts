import type { Steps } from "../maybe-async.ts";
import type { HostCallLife } from "./host-call-life.ts";
import { ToldError } from "./host-function-call.ts";
import type { ShapedFunction } from "./module-shape.ts";

/** The time that one call of a host function may take, as its `timeoutMs` says: of all that is done for it. */
export class CallDeadline {
  readonly #target: ShapedFunction;
  readonly #life: HostCallLife;
  readonly #late: PromiseWithResolvers<never> = Promise.withResolvers();
  #timer: NodeJS.Timeout | undefined;
  /** Parts of the call that are under way: one may begin before another is over. */
  #parts = 0;

  constructor(target: ShapedFunction, life: HostCallLife) {
    this.#target = target;
    this.#life = life;
    // Whoever waits for it hears of it by a race.
    this.#late.promise.catch(() => undefined);
  }

  /** A part of the call begins. */
  enter(): void {
    this.#parts += 1;
  }

  /** A part of it is over. */
  leave(): void {
    this.#parts -= 1;
    if (this.#parts > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** What is waited for, or rejects with a {@link ToldError} when the time is over. */
  race<T>(waited: PromiseLike<T>): Promise<T> {
    this.#begin();
    return Promise.race([waited, this.#late.promise]);
  }

  #begin(): void {
    const { timeoutMs } = this.#target.definition;
    if (timeoutMs === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      const message = `${this.#target.path}() has taken longer than ${timeoutMs} ms`;
      const error = new ToldError("Error", "ERR_HOST_CALL_TIMEOUT", message);
      this.#life.abort(error);
      this.#late.reject(error);
    }, timeoutMs);
  }
}

/** Steps of a call whose function has a `timeoutMs`: no wait of theirs goes beyond it. */
export function* within<T>(deadline: CallDeadline | undefined, steps: Steps<T>): Steps<T> {
  if (deadline === undefined) return yield* steps;
  deadline.enter();
  try {
    let step = steps.next();
    while (step.done !== true) {
      let answer: unknown;
      try {
        answer = yield deadline.race(step.value);
      } catch (error) {
        step = steps.throw(error);
        continue;
      }
      step = steps.next(answer);
    }
    return step.value;
  } finally {
    deadline.leave();
  }
}

/** The deadline of a function that has one. */
export function deadlineOf(target: ShapedFunction, life: HostCallLife): CallDeadline | undefined {
  return target.definition.timeoutMs === undefined ? undefined : new CallDeadline(target, life);
}
