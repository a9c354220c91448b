/** How one export of a loaded program is called. */
export interface CallOptions {
  /**
   * CPU time that the guest may use for it, in milliseconds, or `Infinity`. Work after its first wait is borne in equal
   * parts by all calls that are under way then.
   * @default `cpuTimeLimitMs` of the guest
   */
  readonly cpuTimeLimitMs?: number;
  /** How long it may take, its wait for its turn included, in milliseconds, or `Infinity`. @default `wallTimeLimitMs` of the guest */
  readonly timeoutMs?: number;
  /** Gives it up: the call fails at once, and what comes of it in the guest is dropped. */
  readonly signal?: AbortSignal;
}
