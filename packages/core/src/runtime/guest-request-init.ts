import type { RequestBounds } from "../contracts/guest-request.ts";
import { VivariumError } from "../errors/vivarium-error.ts";
import { type GuestSecureOptions, readGuestSecureOptions } from "./guest-secure-options.ts";

/** How a server of a guest is asked: what `fetch()` takes, and what the request may take. */
export interface GuestRequestInit extends RequestInit {
  /**
   * How long the exchange may take, its body included, in milliseconds. Beyond it the request, or its body, fails with the
   * code `ETIMEDOUT`. @default Infinity, but for a silence of five minutes
   */
  readonly timeoutMs?: number | undefined;
  /**
   * CPU time that a guest that stays may use for it, in milliseconds. Beyond it the request, or its body, fails with the
   * code `ETIMEDOUT`, and the guest goes on as after a call that has used up its own. @default the guest's `cpuTimeLimitMs`
   */
  readonly cpuTimeLimitMs?: number | undefined;
  /** How TLS is made with the guest, of an `https:` URL. @default as Node's `fetch()` makes it */
  readonly tls?: GuestSecureOptions | undefined;
}

/** A request to a server of a guest, that has been checked. */
export interface CheckedRequest {
  readonly request: Request;
  readonly bounds: RequestBounds;
}

/** @throws VivariumError `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`; TypeError as `new Request()` */
export function readGuestRequest(input: string | URL | Request, init: GuestRequestInit = {}): CheckedRequest {
  const { timeoutMs, cpuTimeLimitMs, tls, ...others } = init;
  return {
    request: new Request(input, others),
    bounds: {
      timeoutMs: readTime("timeoutMs", timeoutMs) ?? Number.POSITIVE_INFINITY,
      cpuTimeLimitMs: readTime("cpuTimeLimitMs", cpuTimeLimitMs),
      ...(tls !== undefined && { tls: readGuestSecureOptions(tls) }),
    },
  };
}

function readTime(option: string, value: unknown): number | undefined {
  if (value === undefined || (typeof value === "number" && value > 0)) return value;
  const wanted = "a number of milliseconds above 0, or Infinity";
  throw new VivariumError("ERR_INVALID_OPTION", { option, wanted, actual: value });
}
