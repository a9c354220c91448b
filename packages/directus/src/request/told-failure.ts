import { RequestFailure } from "@vivarium/requests";
import { networkFailure, RefusedRequest, type RequestError, tooLong } from "./request-error.ts";

/** What a failure is told by. */
export interface FailureLimits {
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
}

/**
 * What the guest is told of a request that has got no answer: a code and a text as the client has them which Directus has
 * beneath, or Node. The text names what the extension has named, and nothing of the host's.
 */
export function toldFailure(error: unknown, { timeoutMs, maxResponseBytes }: FailureLimits): unknown {
  if (!(error instanceof RequestFailure)) return error;
  switch (error.code) {
    case "ERR_REQUEST_URL":
      return networkFailure("Invalid URL", "ERR_INVALID_URL");
    case "ERR_REQUEST_PROTOCOL":
      return networkFailure(`Unsupported protocol ${urlOf(error).protocol}`, "ERR_BAD_REQUEST");
    case "ERR_REQUEST_METHOD":
    case "ERR_REQUEST_HEADER":
      return new RefusedRequest(error.message, "TypeError");
    case "ERR_REQUEST_REDIRECTS":
      return networkFailure("Maximum number of redirects exceeded", "ERR_FR_TOO_MANY_REDIRECTS");
    case "ERR_REQUEST_TIMEOUT":
      return networkFailure(`timeout of ${timeoutMs}ms exceeded`, "ECONNABORTED");
    case "ERR_REQUEST_DENIED":
      return networkFailure(`Requested domain "${urlOf(error).hostname}" resolves to a denied IP address`, "EACCES");
    case "ERR_RESPONSE_TOO_LARGE":
      return tooLong(maxResponseBytes);
    case "ERR_RESPONSE_ROOM":
      return networkFailure("the responses to its requests are too long together", "ERR_BAD_RESPONSE");
    case "ERR_REQUEST_NETWORK":
    case "ERR_RESPONSE_CONTENT":
      return toldCause(error);
  }
}

/** What is no error of a network's, nobody but the host is told. */
function toldCause(failure: RequestFailure): unknown {
  const { cause, systemCode: code } = failure;
  if (code === undefined || cause instanceof RangeError) return cause;
  const { message } = cause as { readonly message?: unknown };
  // Where the network says no more than that.
  return typeof message === "string" && message !== code ? networkFailure(message, code) : plainFailure(code, failure);
}

function plainFailure(code: string, failure: RequestFailure): RequestError {
  const { hostname, host } = urlOf(failure);
  if (code === "ECONNRESET") return networkFailure("socket hang up", code);
  if (code === "ENOSYS") return networkFailure("connect ENOSYS: there is no network here", code);
  return code.startsWith("EAI_") || code === "ENOTFOUND"
    ? networkFailure(`getaddrinfo ${code} ${hostname}`, code)
    : networkFailure(`connect ${code} ${host}`, code);
}

/** That of the hop: every failure that is told by it has one. */
function urlOf({ url = "" }: RequestFailure): URL {
  return URL.parse(url) ?? new URL("about:blank");
}
