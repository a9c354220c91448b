import { isPromiseLike, type MaybePromise } from "@vivarium/core";

/**
 * A computation whose steps run synchronously until one of them has to wait: it then yields the promise and goes on
 * with what that settles to. Written once, it serves drivers that answer at once and drivers that answer later.
 */
export type Steps<T> = Generator<PromiseLike<unknown>, T, unknown>;

/** What a caller may hear between two steps. */
export interface StepsOptions {
  /** False: the first promise ends the computation with what {@link wouldWait} makes. @default true */
  readonly mayWait?: boolean;
  /** Makes the error for a computation that would have to wait. */
  readonly wouldWait?: () => Error;
  /** Asked after each wait; true ends the computation, so that nothing acts for a guest that is gone. */
  readonly abandoned?: () => boolean;
}

/** Thrown into a computation whose guest has ended. */
export class AbandonedError extends Error {
  override readonly name = "AbandonedError";
}

/** Waits for a value within a computation; free of charge when it is there already. */
export function* settle<T>(value: MaybePromise<T>): Steps<T> {
  return isPromiseLike(value) ? ((yield value) as T) : value;
}

/** Runs a computation: its value when nothing had to wait, else a promise of it. Throws what it throws. */
export function runSteps<T>(steps: Steps<T>, options: StepsOptions = {}): MaybePromise<T> {
  const first = steps.next();
  if (first.done === true) return first.value;
  if (options.mayWait === false) {
    ignore(first.value);
    const refused = steps.throw(options.wouldWait?.() ?? new Error("The computation would have to wait"));
    if (refused.done === true) return refused.value;
    throw new AbandonedError("A computation that may not wait went on waiting");
  }
  return continueLater(steps, first.value, options);
}

async function continueLater<T>(steps: Steps<T>, firstWait: PromiseLike<unknown>, options: StepsOptions): Promise<T> {
  let waiting = firstWait;
  for (;;) {
    const settled = await settleOnce(waiting);
    const abandoned = options.abandoned?.() === true;
    const step = abandoned
      ? steps.throw(new AbandonedError("The guest has ended"))
      : settled.ok
        ? steps.next(settled.value)
        : steps.throw(settled.error);
    if (step.done === true) return step.value;
    if (abandoned) throw new AbandonedError("The guest has ended");
    waiting = step.value;
  }
}

type Settled = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

async function settleOnce(waiting: PromiseLike<unknown>): Promise<Settled> {
  try {
    return { ok: true, value: await waiting };
  } catch (error) {
    return { ok: false, error };
  }
}

/** A promise that nobody waits for any more must not end the process when it rejects. */
function ignore(waiting: PromiseLike<unknown>): void {
  Promise.resolve(waiting).catch(() => undefined);
}
