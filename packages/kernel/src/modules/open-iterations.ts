import { types } from "node:util";
import { type Steps, settle } from "../maybe-async.ts";
import type { CallAnswer } from "../system-calls/call-answer.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { Crossing, Origin } from "./crossing.ts";
import { validResult } from "./host-function-call.ts";
import { KeptThings } from "./kept-things.ts";

/** Iterations of the host that a guest may have open at a time. */
export const MOST_ITERATIONS = 1000;

/** An iteration of the host that a guest reads. */
export interface OpenIteration {
  readonly iterator: AsyncIterator<unknown>;
  readonly origin: Origin;
}

/** The async iterables that host functions have returned to one guest. */
export class OpenIterations extends KeptThings<OpenIteration> {
  constructor() {
    super(MOST_ITERATIONS);
  }

  /**
   * What comes next of one, made when the guest asks for it: nobody makes values ahead of it.
   * @param isReturn that the guest wants no more
   */
  *next(number: number, isReturn: boolean, crossing: Crossing): Steps<CallAnswer> {
    const iteration = this.get(number);
    if (iteration === undefined) throw new CallFailure("EINVAL");
    const { iterator, origin } = iteration;
    try {
      if (isReturn) {
        this.take(number);
        yield* settle(closeQuietly(iterator));
        return crossing.done(origin, undefined);
      }
      const { done, value } = yield* settle(iterator.next());
      if (done !== true) return crossing.value(origin, yield* settle(validResult(origin.target, value)));
      this.take(number);
      return crossing.done(origin, value);
    } catch (error) {
      this.take(number);
      return crossing.failure(origin, error);
    }
  }

  /** Whoever makes values for a guest that is gone may stop. */
  closeAll(): void {
    for (const { iterator } of this.takeAll()) void closeQuietly(iterator);
  }
}

/** Tells an iterator that no more is wanted. What it fails with is nobody's business any more. */
export async function closeQuietly(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // Nobody waits for it.
  }
}

/** Whether a value of the host is an async iterable. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  return typeof Reflect.get(value, Symbol.asyncIterator) === "function";
}
