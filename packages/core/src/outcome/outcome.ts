/**
 * How a run ended.
 *
 * | kind | code of the result |
 * |---|---|
 * | `returned` | 0, or `process.exitCode` |
 * | `exited` | what `process.exit` was given |
 * | `threw` | 1 (an uncaught error or rejection; also a program that cannot be compiled or found), 13 (a module whose top-level await is unsettled when nothing is left to do) |
 * | `unexportable` | 1 (the exports cannot leave the guest: a function, a getter that throws, …) |
 * | `cpu-time-limit`, `wall-time-limit` | 124 |
 * | `out-of-memory`, `process-memory-limit`, `output-limit`, `result-limit` | 1 (a single buffer that does not fit: a `RangeError`, so `threw`) |
 * | `system-call-limit`, `system-call-rate-limit`, `pending-calls-limit`, `timers-limit` | 1 |
 * | `aborted` | 130 |
 * | `crashed` | 1 (the cell ended under the guest) |
 */
export type Outcome =
  | { readonly kind: "returned"; readonly code: number }
  | { readonly kind: "exited"; readonly code: number }
  | ThrewOutcome
  | { readonly kind: "unexportable"; readonly code: 1; readonly errorMessage: string }
  | { readonly kind: "cpu-time-limit"; readonly code: 124; readonly limitMs: number }
  | { readonly kind: "wall-time-limit"; readonly code: 124; readonly limitMs: number }
  | { readonly kind: "out-of-memory"; readonly code: 1; readonly limitMiB: number }
  | { readonly kind: "process-memory-limit"; readonly code: 1; readonly limitMiB: number }
  | { readonly kind: "output-limit"; readonly code: 1; readonly limitBytes: number }
  | { readonly kind: "result-limit"; readonly code: 1; readonly limitBytes: number; readonly errorMessage: string }
  | { readonly kind: "system-call-limit"; readonly code: 1; readonly limitCalls: number }
  | { readonly kind: "system-call-rate-limit"; readonly code: 1; readonly limitCallsPerSecond: number }
  | { readonly kind: "pending-calls-limit"; readonly code: 1; readonly limitCalls: number }
  | { readonly kind: "timers-limit"; readonly code: 1; readonly limitTimers: number }
  | { readonly kind: "aborted"; readonly code: 130; readonly reason?: string }
  | { readonly kind: "crashed"; readonly code: 1; readonly errorMessage: string };

/** A program that an uncaught error or rejection has ended, or that could not be compiled or found. */
export interface ThrewOutcome {
  readonly kind: "threw";
  readonly code: number;
  /** Name and message of what was thrown; the beginning of a long one. */
  readonly errorMessage: string;
  /**
   * Where it was thrown: the text of the error's `stack`, which names files of the guest and of Node's library, and none
   * of the host's; the first 16,384 characters of it, after file and line where it does not name them. Absent when what was thrown has none. A program can make it say
   * anything: show it, and do not believe it.
   */
  readonly stack?: string;
}

/** The word that says how a run ended: what to `switch` over. */
export type OutcomeKind = Outcome["kind"];
