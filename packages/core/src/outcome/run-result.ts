import type { Outcome } from "./outcome.ts";

/** How a program ended. */
export interface ExecResult {
  /** The exit code: 0, what the program set, 1 for an error, 124 for a time limit, 130 for an abort. */
  readonly code: number;
  /** What went wrong, in words; absent when the program returned or exited by itself. */
  readonly errorMessage?: string;
  /** How it ended, for programs to read. */
  readonly outcome: Outcome;
}

/** How a program ended, and what it exported. */
export interface RunResult<T = unknown> extends ExecResult {
  /**
   * `module.exports`, or the namespace of an ES module, as inert data; absent unless the program returned. The type is a
   * promise of the program's author: check what comes from a program that you do not trust.
   *
   * - *Kept*: primitives but for symbols, plain objects and arrays with their holes, `Map`, `Set`, `Date`, `RegExp`, errors with
   *   their causes, boxed primitives, `ArrayBuffer` and its views (a `Buffer` comes out as a `Uint8Array`), and what is
   *   held more than once, or by itself.
   * - *Refused*, in the outcome `unexportable`, whose message names the path: functions, symbols and what they name,
   *   proxies, promises, iterators, generators, shared memory, weak collections, objects that keep all they have to
   *   themselves (`URL`, `Headers`, `Blob`, `Intl.NumberFormat`, …), and nesting of more than 1000 levels.
   * - *Too much*, in the outcome `result-limit`: more than `resultLimitBytes`, more than 4,000,000 values (the
   *   numbers of an array do not count, unless it has more than 65,536 elements and others among them), an object of more than 262,144 properties, an array of more than 4,194,304 elements, a `Map` or `Set` of more than 524,288 members. The
   *   last three are what V8 would hold up the host for, all of whose other reading gives way to its other work.
   * - *Dropped*: classes (an instance comes out as a plain object of its own enumerable properties), private fields,
   *   accessors (what they answer stays), properties that are not enumerable, and those of arrays, Maps, Sets and
   *   other built-ins that are no elements of them.
   */
  readonly exports?: T;
}

/** How a program that is over has ended, in words. */
export function endingOf(outcome: Outcome): string {
  return errorMessageOf(outcome) ?? `the program has ended by itself (${outcome.kind})`;
}

/** What an outcome says in words; `undefined` for a program that returned or exited by itself. */
export function errorMessageOf(outcome: Outcome): string | undefined {
  switch (outcome.kind) {
    case "returned":
    case "exited":
      return undefined;
    case "threw":
    case "unexportable":
    case "result-limit":
    case "crashed":
      return outcome.errorMessage;
    case "cpu-time-limit":
      return `The program used more than ${outcome.limitMs} ms of CPU time`;
    case "wall-time-limit":
      return `The program took longer than ${outcome.limitMs} ms`;
    case "out-of-memory":
      return `The program used more than ${outcome.limitMiB} MiB of memory`;
    case "process-memory-limit":
      return `The process of the program grew by more than ${outcome.limitMiB} MiB`;
    case "output-limit":
      return `The program wrote more than ${outcome.limitBytes} bytes of output`;
    case "system-call-limit":
      return `The program made more than ${outcome.limitCalls} system calls`;
    case "system-call-rate-limit":
      return `The program made more than ${outcome.limitCallsPerSecond} system calls per second`;
    case "pending-calls-limit":
      return `The program had more than ${outcome.limitCalls} asynchronous system calls under way`;
    case "timers-limit":
      return `The program had more than ${outcome.limitTimers} timers and handles at once`;
    case "aborted":
      return outcome.reason === undefined ? "The run was aborted" : `The run was aborted: ${outcome.reason}`;
    default:
      return outcome satisfies never;
  }
}
