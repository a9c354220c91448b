import type { LiveNumbering } from "@vivarium/core";
import { type Steps, settle } from "../maybe-async.ts";
import type { CallAnswer } from "../system-calls/call-answer.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { type OnDiagnostic, reportFault } from "../system-calls/report-fault.ts";
import type { HostCallLife } from "./host-call-life.ts";
import { hostErrorOf } from "./host-error.ts";
import { HostFault, ToldError, validResult } from "./host-function-call.ts";
import { doneAnswer, errorAnswer, keptAnswer, Uncrossable, valueAnswer } from "./module-answer.ts";
import type { ShapedFunction } from "./module-shape.ts";
import { closeQuietly, isAsyncIterable, iteratorOf, MOST_ITERATIONS, type OpenIterations } from "./open-iterations.ts";

/** The function that something comes from. */
export interface Origin {
  /** The module's name. */
  readonly module: string;
  readonly target: ShapedFunction;
  readonly life: HostCallLife;
}

/** A call whose function has returned. */
export interface AnsweredCall {
  readonly origin: Origin;
  /** Keeps its arguments, for what has been made of them, until what this answers is called. */
  readonly hold: () => () => void;
}

export interface CrossingOptions {
  /** Bytes that a value may have. */
  readonly limitBytes: number;
  /** The guest's own functions, which may come back to it. */
  readonly live: LiveNumbering;
  readonly iterations: OpenIterations;
  readonly onDiagnostic: OnDiagnostic;
}

/** Makes of what host functions come to what their guest is told. */
export class Crossing {
  readonly #options: CrossingOptions;

  constructor(options: CrossingOptions) {
    this.#options = options;
  }

  /** Of what a function has returned, awaited. */
  *result(call: AnsweredCall, value: unknown): Steps<CallAnswer> {
    const { origin } = call;
    if (isAsyncIterable(value)) return this.#iterable(call, value);
    return this.value(yield* settle(validResult(origin.target, value)));
  }

  /**
   * Of a value that has been validated.
   * @throws {HostFault} for one that cannot cross
   */
  value(value: unknown): CallAnswer {
    return crossed(valueAnswer(value, this.#options));
  }

  /**
   * Of what an iteration has ended with.
   * @throws {HostFault} for what cannot cross
   */
  done(value: unknown): CallAnswer {
    return crossed(doneAnswer(value, this.#options));
  }

  /** Of what was thrown. What no guest may be told, the embedder is. */
  failure(origin: Origin, error: unknown): CallAnswer {
    if (error instanceof CallFailure) throw error;
    if (error instanceof ToldError) {
      const { name, message, code, details } = error;
      return errorAnswer({ name, message, code, ...(details && { details }) });
    }
    if (error instanceof HostFault) return this.#fault(origin, error.message, error.cause);
    const told = hostErrorOf(error);
    return told === undefined ? this.#fault(origin, "it has thrown what is no error", error) : errorAnswer(told);
  }

  #iterable({ origin, hold }: AnsweredCall, value: AsyncIterable<unknown>): CallAnswer {
    const iterator = iteratorOf(value);
    const release = hold();
    const number = this.#options.iterations.keep({ iterator, origin, release });
    if (number !== undefined) return keptAnswer("iterable", number);
    release();
    void closeQuietly(iterator);
    const message = `The guest has ${MOST_ITERATIONS} async iterables of the host open`;
    return errorAnswer({ name: "Error", code: "ERR_TOO_MANY_ITERATIONS", message });
  }

  #fault({ module, target }: Origin, problem: string, cause?: unknown): CallAnswer {
    const detail = { module, function: target.path, problem };
    reportFault(this.#options.onDiagnostic, "ERR_HOST_FUNCTION", detail, cause);
    const message = `${target.path}() of '${module}' has failed in the host`;
    return errorAnswer({ name: "Error", code: "ERR_HOST_FUNCTION", message });
  }
}

function crossed(answer: CallAnswer | Uncrossable): CallAnswer {
  if (answer instanceof Uncrossable) throw new HostFault(answer.message);
  return answer;
}
