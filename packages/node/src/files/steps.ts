import { isPromiseLike, type MaybePromise } from "@vivarium/core";

/**
 * A computation that goes on at once where what it asks is answered at once, and waits where it is answered by promise:
 * it is written once, for both.
 */
export type Steps<T> = Generator<PromiseLike<unknown>, T, unknown>;

/** Waits for a value within a computation. */
export function* wait<T>(value: MaybePromise<T>): Steps<T> {
  return isPromiseLike(value) ? ((yield value) as T) : value;
}

/** Runs a computation: its value when nothing had to wait, else a promise of it. Throws, or rejects with, what it throws. */
export function run<T>(steps: Steps<T>): MaybePromise<T> {
  const first = steps.next();
  return first.done === true ? first.value : runOn(steps, first.value);
}

async function runOn<T>(steps: Steps<T>, first: PromiseLike<unknown>): Promise<T> {
  let waiting = first;
  for (;;) {
    const step = await next(steps, waiting);
    if (step.done === true) return step.value;
    waiting = step.value;
  }
}

async function next<T>(
  steps: Steps<T>,
  waiting: PromiseLike<unknown>,
): Promise<IteratorResult<PromiseLike<unknown>, T>> {
  let value: unknown;
  try {
    value = await waiting;
  } catch (error) {
    return steps.throw(error);
  }
  return steps.next(value);
}
