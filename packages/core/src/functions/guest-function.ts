import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { RestOfCall } from "./call-types.ts";

/** A function of any kind. */
export type AnyFunction = (...args: never[]) => unknown;

/**
 * A function of a guest that it has handed to a host function. The guest keeps it for as long as the host does: give it
 * back with {@link release} (or `using`) when it is needed no longer; it ends with its guest in any case.
 *
 * @typeParam Signature what it takes and returns, as far as the guest is trusted
 */
export interface GuestFunction<Signature extends AnyFunction = (...args: unknown[]) => unknown> extends Disposable {
  /** Whether it has been given back. */
  readonly isReleased: boolean;
  /**
   * Calls it with copies of the arguments, and brings out what it returns, awaited, as inert data. It runs when the guest
   * has a turn: not before a synchronous host function for which the guest waits has returned.
   *
   * @param rest `args`, which may be left out where the function requires none, and the call's own `options`
   * @throws VivariumError (by rejection) `ERR_CALL_FAILED` (as `Guest.call`; `ended` also for one that has been given
   *   back), `ERR_UNEXPORTABLE_VALUE`, `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`, `ERR_INVALID_LIMIT`
   */
  call(...rest: RestOfCall<Readonly<Parameters<Signature>>>): Promise<Awaited<ReturnType<Signature>>>;
  /** Gives it back: the guest may forget it. Idempotent. */
  release(): void;
}

/** Shared by every copy of this package in a process. */
const brand: symbol = Symbol.for("vivarium.guest-function");

/** Marks what is a {@link GuestFunction}. */
export function brandGuestFunction(handle: object): void {
  Object.defineProperty(handle, brand, { value: true });
}

/** Whether a value is a function of a guest. */
export function isGuestFunction(value: unknown): value is GuestFunction {
  return typeof value === "object" && value !== null && Reflect.get(value, brand) === true;
}

/** The schema of a parameter that takes a function of the guest. */
export interface GuestFunctionSchema<Signature extends AnyFunction>
  extends StandardSchemaV1<Signature, GuestFunction<Signature>> {
  readonly [schemaBrand]: true;
  /** What the guest sees, in TypeScript. */
  readonly declaration: string;
}

const schemaBrand: unique symbol = Symbol.for("vivarium.guest-function-schema") as never;

const ANY_SIGNATURE = "(...args: never[]) => unknown";

/**
 * Declares that a parameter of a host function takes a function of the guest, which arrives as a {@link GuestFunction}.
 *
 * @typeParam Signature what the guest's function takes and returns
 * @param declaration the same for the guest's eyes, as a type in TypeScript. @default `(...args: never[]) => unknown`
 */
export function guestFunction<Signature extends AnyFunction = (...args: unknown[]) => unknown>(
  declaration: string = ANY_SIGNATURE,
): GuestFunctionSchema<Signature> {
  return Object.freeze({
    [schemaBrand]: true as const,
    declaration,
    "~standard": {
      version: 1 as const,
      vendor: "vivarium",
      validate: (value: unknown) =>
        isGuestFunction(value)
          ? { value: value as GuestFunction<Signature> }
          : { issues: [{ message: "Expected a function" }] },
    },
  });
}

/** Whether a schema is one of {@link guestFunction}. */
export function isGuestFunctionSchema(schema: object): schema is GuestFunctionSchema<AnyFunction> {
  return Reflect.get(schema, schemaBrand) === true;
}
