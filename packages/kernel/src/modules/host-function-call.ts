import { type HostCall, isPromiseLike, type MaybePromise, type Validation, validateWith } from "@vivarium/core";
import type { ShapedFunction } from "./module-shape.ts";

/** A call of a host function, as its guest has made it and nobody has refused it. */
export interface CheckedHostCall {
  /** The module's name. */
  readonly module: string;
  readonly target: ShapedFunction;
  readonly args: readonly unknown[];
}

/** An error that a guest is meant to see; it never leaves the kernel as it is. */
export class ToldError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(name: string, code: string, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = name;
    this.code = code;
    this.details = details;
  }
}

/** A fault on the embedder's side, of which it hears and the guest only that there was one. */
export class HostFault extends Error {
  constructor(problem: string, cause?: unknown) {
    super(problem, { cause });
  }
}

/**
 * The arguments as the function's schemas make them.
 * @throws {ToldError} (or rejects) `ERR_INVALID_ARGUMENTS`
 */
export function validArguments({ target, args }: CheckedHostCall): MaybePromise<readonly unknown[]> {
  const { parameters } = target.definition;
  if (parameters === undefined) return args;
  const validations = parameters.map((schema, index) => validateWith(schema, args[index]));
  const read = (all: readonly Validation[]): readonly unknown[] =>
    all.map((validation, index) => {
      if ("value" in validation) return validation.value;
      if ("fault" in validation)
        throw new HostFault(`the schema of its parameter ${index + 1} has failed`, validation.fault);
      const { problem, issues } = validation;
      throw new ToldError(
        "TypeError",
        "ERR_INVALID_ARGUMENTS",
        `Argument ${index + 1} of ${target.path}(): ${problem}`,
        { argument: index, issues },
      );
    });
  return validations.some(isPromiseLike) ? Promise.all(validations).then(read) : read(validations as Validation[]);
}

/**
 * What a value that the function has given is to be for the guest.
 * @throws {HostFault} (or rejects) where its schema does not take it
 */
export function validResult({ definition }: ShapedFunction, value: unknown): MaybePromise<unknown> {
  const { returns } = definition;
  if (returns === undefined) return value;
  const read = (validation: Validation): unknown => {
    if ("value" in validation) return validation.value;
    if ("fault" in validation) throw new HostFault("the schema of its result has failed", validation.fault);
    throw new HostFault(`its result is not what its schema says: ${validation.problem}`);
  };
  const validation = validateWith(returns, value);
  return isPromiseLike(validation) ? validation.then(read) : read(validation);
}

/** Runs the function. Throws or rejects as it does. */
export function runHostFunction({ target, args }: CheckedHostCall, call: HostCall): unknown {
  return target.definition.run(call, ...args);
}
