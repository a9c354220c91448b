/** What one run may use. Every limit that is hit has an outcome of its own. */
export interface Limits {
  /** Heap of the guest's isolate, in MiB. Outcome: `out-of-memory`. */
  readonly memoryLimit: number;
  /** CPU time of the whole run, in milliseconds, start-up excluded. `Infinity`: none. Outcome: `cpu-time-limit`, code 124. */
  readonly cpuTimeLimitMs: number;
  /** Wall-clock time of the whole run, in milliseconds. `Infinity`: none. Outcome: `wall-time-limit`, code 124. */
  readonly wallTimeLimitMs: number;
  /** Bytes that the guest may write to stdout and stderr together. Outcome: `output-limit`. */
  readonly outputLimitBytes: number;
  /** Bytes that the encoded exports may have. Outcome: `result-limit`. */
  readonly resultLimitBytes: number;
  /** Files and directories that the guest may hold open at once. Reported to the guest as `EMFILE`. */
  readonly openFilesLimit: number;
}
