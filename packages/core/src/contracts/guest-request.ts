import type { SecureOptions } from "./secure-options.ts";

/** What a request over HTTP to a server of a guest may take. All of it has been validated. */
export interface RequestBounds {
  /** The exchange, its body included, in milliseconds. Beyond it the request fails with `ETIMEDOUT`. */
  readonly timeoutMs: number;
  /**
   * CPU time that the guest may use for it, in milliseconds; of a guest that stays. Beyond it the request fails with
   * `ETIMEDOUT`. @default what a call of that guest may use
   */
  readonly cpuTimeLimitMs: number | undefined;
  /** How TLS is made, where the URL is an `https:` one. @default the host of the URL as its name, verified */
  readonly tls?: SecureOptions;
  /** Called when the exchange is over, its body included, or has failed; perhaps more than once. */
  readonly onOver?: () => void;
}
