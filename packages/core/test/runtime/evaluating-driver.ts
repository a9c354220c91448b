import { types } from "node:util";
import {
  type Execution,
  type ExecutionReport,
  encodeInert,
  type Outcome,
  type RuntimeDriver,
  type RuntimeDriverContext,
  type RuntimeDriverFactory,
} from "../../src/index.ts";

type Program = (module: { exports: unknown }, execution: Execution) => Promise<unknown>;
const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (...args: string[]) => Program;

/**
 * A runtime driver for programs that are trusted: it evaluates them here, as the body of an async function that sees
 * `module` and `execution`. Enough of a driver to stand beneath a Runtime, and no more.
 */
export class EvaluatingDriver implements RuntimeDriver {
  readonly executions: Execution[] = [];
  readonly context: RuntimeDriverContext;
  disposals = 0;

  constructor(context: RuntimeDriverContext) {
    this.context = context;
  }

  async execute(execution: Execution): Promise<ExecutionReport> {
    const { signal } = execution;
    const aborted = new Promise<Outcome>((resolve) => {
      signal?.addEventListener("abort", () => resolve({ kind: "aborted", code: 130, reason: String(signal.reason) }));
    });
    const early = await Promise.race([aborted, execution.directory]);
    if (early !== undefined) return { outcome: early };
    this.executions.push(execution);
    const module = { exports: {} as unknown };
    const finished = this.#evaluate(module, execution);
    const outcome = await Promise.race([aborted, finished]);
    if (outcome.kind !== "returned" || execution.mode !== "run") return { outcome };
    const encoded = encodeInert(module.exports, { predicates: types, limitBytes: execution.limits.resultLimitBytes });
    if (encoded.kind === "encoded") return { outcome, exports: encoded.bytes };
    return { outcome: { kind: "unexportable", code: 1, errorMessage: encoded.message } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposals += 1;
  }

  async #evaluate(module: { exports: unknown }, execution: Execution): Promise<Outcome> {
    try {
      const result = await new AsyncFunction("module", "execution", execution.code)(module, execution);
      return isOutcome(result) ? result : { kind: "returned", code: 0 };
    } catch (error) {
      return { kind: "threw", code: 1, errorMessage: String(error) };
    }
  }
}

function isOutcome(value: unknown): value is Outcome {
  return typeof value === "object" && value !== null && "kind" in value;
}

/** A factory that keeps the drivers it made. */
export function createEvaluatingFactory(): RuntimeDriverFactory & { readonly drivers: EvaluatingDriver[] } {
  const drivers: EvaluatingDriver[] = [];
  return {
    name: "evaluating",
    drivers,
    createRuntimeDriver(context) {
      const driver = new EvaluatingDriver(context);
      drivers.push(driver);
      return driver;
    },
  };
}
