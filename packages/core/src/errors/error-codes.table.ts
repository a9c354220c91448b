import type { Outcome } from "../outcome/outcome.ts";
import { describeAnswer, describeValue, quote } from "./describe-value.ts";
import { toOneLine } from "./to-one-line.ts";

/**
 * Who has to act on an error: the embedder (wrong use of this library), the guest (its program), or the system
 * (the machine, the installation, or Vivarium itself).
 */
export type ErrorBlame = "embedder" | "guest" | "system";

interface WrongValue {
  /** What was expected, as the end of "expected …". */
  readonly wanted: string;
  readonly actual: unknown;
}

interface Problem {
  /** What is wrong, as a clause. */
  readonly problem: string;
}

interface DriverCall {
  readonly driver: string;
  readonly method: string;
}

/**
 * Every code that an error of Vivarium may carry, and what its message is made from. Codes are part of the public API:
 * a code keeps its meaning, messages may change.
 */
export interface ErrorDetails {
  /** An option of the right name has a value that it cannot have. */
  readonly ERR_INVALID_OPTION: WrongValue & { readonly option: string };
  /** An option that does not exist, or not here. */
  readonly ERR_UNKNOWN_OPTION: { readonly option: string; readonly where: string; readonly known: readonly string[] };
  /** A limit that is no number, not positive, or out of range. */
  readonly ERR_INVALID_LIMIT: WrongValue & { readonly limit: string };
  /** The program is no string. */
  readonly ERR_INVALID_PROGRAM: WrongValue & { readonly part: string };
  /** A permission, a pattern or policy data that cannot be used. */
  readonly ERR_INVALID_PERMISSION: Problem & { readonly permission: string };
  /** A driver, or a factory of one, that lacks a required method, or has one whose name is misspelt. */
  readonly ERR_INVALID_DRIVER: WrongValue & { readonly driver: string };
  /** A module of the host that cannot be one, or not under this name. */
  readonly ERR_INVALID_MODULE: Problem;
  /** A snapshot of a filesystem that is malformed. */
  readonly ERR_INVALID_SNAPSHOT: Problem;
  /** The object has been disposed of. */
  readonly ERR_DISPOSED: { readonly what: string };
  /** A driver declares that it cannot do what was asked. */
  readonly ERR_UNSUPPORTED_CAPABILITY: {
    readonly driver: string;
    readonly capability: string;
    /** What to do instead. */
    readonly alternative?: string;
  };
  /** A permission check threw or rejected; the request was denied. Reported as a diagnostic. */
  readonly ERR_CHECK_THREW: { readonly request: string };
  /** A permission check answered neither a boolean nor a decision; the request was denied. Reported as a diagnostic. */
  readonly ERR_CHECK_ANSWER: { readonly request: string; readonly actual: unknown };
  /** A permission check answered by promise where the guest cannot wait; the request was denied. Reported as a diagnostic. */
  readonly ERR_CHECK_ASYNC: { readonly request: string };
  /** A driver answered what its contract does not allow; the guest's call failed. Reported as a diagnostic. */
  readonly ERR_DRIVER_ANSWER: DriverCall & WrongValue;
  /** A driver threw what is not a POSIX error; the guest's call failed with `EIO`. Reported as a diagnostic. */
  readonly ERR_DRIVER_THREW: DriverCall;
  /** A driver answered by promise where the guest cannot wait; the guest's call failed. Reported as a diagnostic. */
  readonly ERR_DRIVER_ASYNC: DriverCall;
  /**
   * A host function has returned what cannot cross, or thrown what is no error, or its schema has thrown; the guest's call
   * failed. Reported as a diagnostic.
   */
  readonly ERR_HOST_FUNCTION: Problem & { readonly module: string; readonly function: string };
  /** The listener for output threw or rejected: it has lost that piece alone. Reported as a diagnostic. */
  readonly ERR_STDIO_LISTENER: { readonly channel: "stdout" | "stderr" };
  /** A guest and somebody else have changed one filesystem in the same moment, and the guest's run was ended. Reported, not thrown. */
  readonly ERR_FILE_SYSTEM_CONFLICT: { readonly call: string; readonly problem: string };
  /** The source of standard input threw, rejected or gave what is no text or bytes; the guest's read failed with `EIO`. Reported as a diagnostic. */
  readonly ERR_STDIN_SOURCE: Readonly<Record<string, never>>;
  /**
   * A run has not begun, so nothing of it has happened, and it may be tried again. `at-capacity`: too many runs wait, or it
   * has waited too long; `starting`: a cell, or the guest in it, was still being started when it had; `no-cell`: none could be started;
   * `no-answer`: a filesystem, or the check of its environment, had not answered; `cell-crashed`: each that it was given ended before it began; `unconfined`:
   * the machine does not confine cells, and that was required; `shutting-down`: its runtime was disposed of while it waited.
   */
  readonly ERR_RUN_NOT_STARTED: Problem & {
    readonly reason:
      | "at-capacity"
      | "starting"
      | "no-cell"
      | "no-answer"
      | "cell-crashed"
      | "unconfined"
      | "shutting-down";
    /** How long it has waited for its turn and for a cell, in milliseconds. */
    readonly waitedMs: number;
  };
  /** A program that was to stay ended before it had been evaluated: `outcome` says how. */
  readonly ERR_LOAD_FAILED: Problem & { readonly outcome: Outcome };
  /** The guest has ended, by itself, by a limit or with its cell, and can have no other program: `outcome` says how. */
  readonly ERR_GUEST_ENDED: Problem & { readonly outcome: Outcome };
  /**
   * A call into a guest has come to nothing. `threw`: the guest's function did, and `cause` is what it threw, as data, where
   * that could be had; `no-function`: the program exports none of that name; `unexportable` and `result-limit`: what it
   * returned cannot leave the guest; `cpu-time-limit`, `timeout`: it took too much; `aborted`: its signal has fired, whose
   * reason is `cause`; `at-capacity`: too many calls wait; `ended`: the guest has ended, and `outcome` says how.
   */
  readonly ERR_CALL_FAILED: Problem & {
    readonly name: string;
    readonly reason:
      | "threw"
      | "no-function"
      | "unexportable"
      | "result-limit"
      | "cpu-time-limit"
      | "timeout"
      | "aborted"
      | "at-capacity"
      | "ended";
    readonly outcome?: Outcome;
  };
  /** A cell could not be started, or ended without a reason that belongs to its guest. */
  readonly ERR_CELL_FAILED: Problem;
  /** The kernel of this machine did not confine a cell as it should. A diagnostic; the run goes on. */
  readonly ERR_CELL_UNCONFINED: Problem;
  /** The two ends of a channel do not speak the same language. */
  readonly ERR_PROTOCOL: Problem;
  /** isolated-vm is missing, or of a version that lets guests out (GHSA-864f-rcv7-6rh4). */
  readonly ERR_ISOLATED_VM_VERSION: WrongValue;
  /** The native helper of guests is neither shipped for this machine nor built. */
  readonly ERR_NATIVE_HELPER_MISSING: Problem;
  /** The machine or its Node line is not supported. */
  readonly ERR_UNSUPPORTED_PLATFORM: WrongValue;
  /** Bytes that are no valid encoding of a value. Exports of this kind end a run with the outcome `crashed`. */
  readonly ERR_MALFORMED_VALUE: Problem & { readonly offset: number };
  /** A value that cannot be encoded: a function, a symbol, a getter that throws, … */
  readonly ERR_UNEXPORTABLE_VALUE: Problem;
}

/** A stable name of what went wrong: the `code` of a `VivariumError`. */
export type ErrorCode = keyof ErrorDetails;

/** What the table says of one code. */
export interface ErrorCodeEntry<Detail> {
  readonly blame: ErrorBlame;
  readonly message: (detail: Detail) => string;
}

const wanted = (detail: WrongValue): string => `expected ${detail.wanted}, got ${describeValue(detail.actual)}`;

/** Whom to blame for each code, and its message: the failed action, the wanted and the actual state, no full stop. */
export const errorCodes: { readonly [Code in ErrorCode]: ErrorCodeEntry<ErrorDetails[Code]> } = {
  ERR_INVALID_OPTION: {
    blame: "embedder",
    message: (detail) => `Cannot use option "${detail.option}": ${wanted(detail)}`,
  },
  ERR_UNKNOWN_OPTION: {
    blame: "embedder",
    message: ({ option, where, known }) =>
      `Cannot use option ${quote(option)} of ${where}: there is no such option (known: ${known.join(", ")})`,
  },
  ERR_INVALID_LIMIT: {
    blame: "embedder",
    message: (detail) => `Cannot use limit "${detail.limit}": ${wanted(detail)}`,
  },
  ERR_INVALID_PROGRAM: {
    blame: "embedder",
    message: (detail) => `Cannot run ${detail.part}: ${wanted(detail)}`,
  },
  ERR_INVALID_PERMISSION: {
    blame: "embedder",
    message: ({ permission, problem }) => `Cannot use permission ${permission}: ${problem}`,
  },
  ERR_INVALID_DRIVER: {
    blame: "embedder",
    message: (detail) => `Cannot use driver "${detail.driver}": ${wanted(detail)}`,
  },
  ERR_INVALID_MODULE: {
    blame: "embedder",
    message: ({ problem }) => `Cannot use the module of the host: ${problem}`,
  },
  ERR_INVALID_SNAPSHOT: {
    blame: "embedder",
    message: ({ problem }) => `Cannot restore the snapshot: ${problem}`,
  },
  ERR_DISPOSED: {
    blame: "embedder",
    message: ({ what }) => `Cannot use ${what}: it has been disposed of`,
  },
  ERR_UNSUPPORTED_CAPABILITY: {
    blame: "embedder",
    message: ({ driver, capability, alternative }) =>
      `Cannot use ${capability}: "${driver}" does not support it${alternative === undefined ? "" : `; ${alternative}`}`,
  },
  ERR_CHECK_THREW: {
    blame: "embedder",
    message: ({ request }) => `Denied ${request}: the permission check threw`,
  },
  ERR_CHECK_ANSWER: {
    blame: "embedder",
    message: ({ request, actual }) =>
      `Denied ${request}: expected the permission check to answer a boolean or { allow: boolean }, got ${describeAnswer(actual)}`,
  },
  ERR_CHECK_ASYNC: {
    blame: "embedder",
    message: ({ request }) =>
      `Denied ${request}: the permission check answers by promise, but an inline cell cannot wait behind a synchronous call; use a process cell, or a check that answers at once`,
  },
  ERR_DRIVER_ANSWER: {
    blame: "embedder",
    message: (detail) => `Cannot use the answer of "${detail.driver}" to ${detail.method}(): ${wanted(detail)}`,
  },
  ERR_DRIVER_THREW: {
    blame: "embedder",
    message: ({ driver, method }) => `Cannot finish ${method}() of "${driver}": it threw an error without a POSIX code`,
  },
  ERR_DRIVER_ASYNC: {
    blame: "embedder",
    message: ({ driver, method }) =>
      `Cannot wait for ${method}() of "${driver}": it answers by promise, but an inline cell cannot wait behind a synchronous call; use a process cell, or a driver that answers at once`,
  },
  ERR_HOST_FUNCTION: {
    blame: "embedder",
    message: ({ module, function: name, problem }) =>
      `Cannot give a guest what ${quote(name)} of ${quote(module)} has come to: ${toOneLine(problem)}`,
  },
  ERR_STDIO_LISTENER: {
    blame: "embedder",
    message: ({ channel }) => `Cannot hand on what a guest wrote to ${channel}: the listener for output failed`,
  },
  ERR_FILE_SYSTEM_CONFLICT: {
    blame: "embedder",
    message: ({ call, problem }) =>
      `Cannot repeat ${call} of a guest, which has been told that it succeeded: its filesystem was changed meanwhile by somebody else (${problem})`,
  },
  ERR_STDIN_SOURCE: {
    blame: "embedder",
    message: () => "Cannot read the source of standard input: it failed",
  },
  ERR_CELL_UNCONFINED: {
    blame: "system",
    message: ({ problem }) => `A cell is not confined as it should be: ${problem}`,
  },
  ERR_RUN_NOT_STARTED: {
    blame: "system",
    message: ({ problem, waitedMs }) => `Cannot start the run: ${problem}; it has waited ${Math.round(waitedMs)} ms`,
  },
  ERR_LOAD_FAILED: {
    blame: "guest",
    message: ({ problem }) => `The program has ended before it was loaded: ${toOneLine(problem)}`,
  },
  ERR_GUEST_ENDED: {
    blame: "guest",
    message: ({ problem }) => `Cannot reload a guest that has ended: ${toOneLine(problem)}`,
  },
  ERR_CALL_FAILED: {
    blame: "guest",
    message: ({ name, problem }) => `The call of ${quote(name)} has failed: ${toOneLine(problem)}`,
  },
  ERR_CELL_FAILED: {
    blame: "system",
    message: ({ problem }) => `Cannot run a cell: ${problem}`,
  },
  ERR_PROTOCOL: {
    blame: "system",
    message: ({ problem }) => `Cannot use the channel: ${problem}`,
  },
  ERR_ISOLATED_VM_VERSION: {
    blame: "system",
    message: (detail) => `Cannot use isolated-vm: ${wanted(detail)}`,
  },
  ERR_NATIVE_HELPER_MISSING: {
    blame: "system",
    message: ({ problem }) => `Cannot load the native helper: ${problem}`,
  },
  ERR_UNSUPPORTED_PLATFORM: {
    blame: "system",
    message: (detail) => `Cannot run on this platform: ${wanted(detail)}`,
  },
  ERR_MALFORMED_VALUE: {
    blame: "guest",
    message: ({ problem, offset }) => `Cannot decode the value: ${problem} at byte ${offset}`,
  },
  ERR_UNEXPORTABLE_VALUE: {
    blame: "guest",
    message: ({ problem }) => `Cannot encode the value: ${problem}`,
  },
};
