import { networkFailure } from "./request-error.ts";

/**
 * What the guest is told of a request that has got no answer: a code and a text as Node has them. The text names what the
 * extension has named, and nothing of the host's.
 */
export function toldFailure(error: unknown, { hostname, host }: URL): unknown {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (code === "EACCES") {
    return networkFailure(`Requested domain "${hostname}" resolves to a denied IP address`, "EACCES");
  }
  if (typeof code !== "string" || error instanceof RangeError) return error;
  // Where the network says no more than that.
  if (message === code) return networkFailure(textOf(code, hostname, host), code);
  return networkFailure(typeof message === "string" ? message : code, code);
}

function textOf(code: string, hostname: string, host: string): string {
  if (code === "ECONNRESET") return "socket hang up";
  return code.startsWith("EAI_") || code === "ENOTFOUND"
    ? `getaddrinfo ${code} ${hostname}`
    : `connect ${code} ${host}`;
}
