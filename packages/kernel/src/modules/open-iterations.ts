import { types } from "node:util";
import { type Steps, settle } from "../maybe-async.ts";
import type { CallAnswer } from "../system-calls/call-answer.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { deadlineOf, within } from "./call-deadline.ts";
import type { Crossing, Origin } from "./crossing.ts";
import { HostFault, validResult } from "./host-function-call.ts";
import { KeptThings } from "./kept-things.ts";

/** Iterations of the host that a guest may have open at a time. */
export const MOST_ITERATIONS = 1000;

/** An iteration of the host that a guest reads. */
export interface OpenIteration {
  readonly iterator: AsyncIterator<unknown>;
  readonly origin: Origin;
  /** It has done with the arguments of its call. Called once. */
  readonly release: () => void;
}

/** The async iterables that host functions have returned to one guest. */
export class OpenIterations extends KeptThings<OpenIteration> {
  constructor() {
    super(MOST_ITERATIONS);
  }

  override take(number: number): OpenIteration | undefined {
    const iteration = super.take(number);
    iteration?.release();
    return iteration;
  }

  /**
   * What comes next of one, made when the guest asks for it: nobody makes values ahead of it.
   * @param isReturn that the guest wants no more
   */
  *next(number: number, isReturn: boolean, crossing: Crossing): Steps<CallAnswer> {
    const iteration = isReturn ? this.take(number) : this.get(number);
    if (iteration === undefined) throw new CallFailure("EINVAL");
    const { iterator, origin } = iteration;
    try {
      const steps = isReturn ? closing(iterator, crossing) : this.#step(number, iteration, crossing);
      return yield* within(deadlineOf(origin.target, origin.life), steps);
    } catch (error) {
      this.take(number);
      void closeQuietly(iterator);
      return crossing.failure(origin, error);
    }
  }

  *#step(number: number, { iterator, origin }: OpenIteration, crossing: Crossing): Steps<CallAnswer> {
    const { done, value } = stepOf(yield* settle<unknown>(iterator.next()));
    if (!done) return crossing.value(yield* settle(validResult(origin.target, value)));
    this.take(number);
    return crossing.done(value);
  }

  /** Whoever makes values for a guest that is gone may stop. */
  closeAll(): void {
    for (const { iterator } of this.takeAll()) void closeQuietly(iterator);
  }
}

function* closing(iterator: AsyncIterator<unknown>, crossing: Crossing): Steps<CallAnswer> {
  yield* settle(closeQuietly(iterator));
  return crossing.done(undefined);
}

/** What an iterator has answered; it is the embedder's, and may be junk. */
function stepOf(answer: unknown): { readonly done: boolean; readonly value: unknown } {
  if (!isObject(answer)) throw new HostFault("its async iterator has answered what is no object");
  const done = Boolean(Reflect.get(answer, "done"));
  return { done, value: Reflect.get(answer, "value") };
}

/** @throws {HostFault} for what gives no iterator, and whatever the value throws */
export function iteratorOf(value: AsyncIterable<unknown>): AsyncIterator<unknown> {
  const iterator: unknown = value[Symbol.asyncIterator]();
  if (!isObject(iterator) || typeof Reflect.get(iterator, "next") !== "function")
    throw new HostFault("its async iterable has given no iterator");
  return iterator as AsyncIterator<unknown>;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
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
