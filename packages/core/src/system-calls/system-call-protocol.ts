import type { ParameterKind, ResultKind, SystemCallName, systemCallTable } from "./system-call-table.table.ts";

/**
 * How a system call crosses from the guest into the kernel, on one thread.
 *
 * Guest and kernel share one *window* of {@link WINDOW_BYTES} bytes. The guest calls
 * `(request, input, ...args)`:
 *
 * - `request` is 0 for a synchronous call. Otherwise it names the request, the call answers `undefined` at once, and
 *   the kernel later enters the guest with `deliver(request, result, reason, bytes)`, the payload in the window.
 * - `input` is the number of bytes that the guest has put at the start of the window, or a `Uint8Array` when they are
 *   more than the window holds, or 0.
 * - The result is what the table says, or a negative errno (`-2`: `ENOENT`) for a failure. Nothing ever throws across:
 *   a throw costs 50 µs and would carry a host stack.
 * - A payload of up to `WINDOW_BYTES` lies at the start of the window. A longer one is fetched, once, with
 *   `fetchPayload()`.
 * - After a synchronous failure `failureReason()` tells why a check denied, when it said so.
 *
 * The kernel copies input out of the window before it validates it.
 */
export const WINDOW_BYTES: number = 65_536;

/** What an argument of a system call may be. */
export type SystemCallScalar = number | string | boolean | undefined;
/** The position of a read or write that goes on where the last one of its descriptor ended. */
export const CURRENT_POSITION = -1;

/** What a system call returns to the guest. */
export type SystemCallResult = number | string | undefined;

type ArgumentOf<Kind extends ParameterKind> = Kind extends "path" | "string"
  ? string
  : Kind extends "boolean"
    ? boolean
    : number;

/** The arguments of a call, by the kinds of its parameters. */
export type ArgumentsOf<Kinds extends readonly ParameterKind[]> = {
  [Index in keyof Kinds]: ArgumentOf<Kinds[Index]>;
};

type ResultOf<Kind extends ResultKind> = Kind extends "string"
  ? string | number
  : Kind extends "optional-string"
    ? string | number | undefined
    : number;

/** What the guest sees of one system call. */
export type SystemCall<Name extends SystemCallName> = (
  request: number,
  input: number | Uint8Array,
  ...args: ArgumentsOf<(typeof systemCallTable)[Name]["parameters"]>
) => ResultOf<(typeof systemCallTable)[Name]["result"]>;

/** Everything that the kernel puts into a guest's hands; the guest's bundle takes it at boot and hides it. */
export type SystemCalls = { readonly [Name in SystemCallName]: SystemCall<Name> };

/** The two calls beside the table. */
export interface SystemCallAfterword {
  /** The payload of the call just made when it is longer than the window. */
  readonly fetchPayload: () => Uint8Array | undefined;
  /** Why the call just made was denied. */
  readonly failureReason: () => string | undefined;
}
