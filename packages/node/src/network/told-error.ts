import { type ErrnoCode, errnoCodeOfError, NetworkError } from "@vivarium/core";

import { errors } from "undici";

/** What undici's own errors are on a POSIX system. */
const codes: Readonly<Record<string, ErrnoCode>> = {
  UND_ERR_CONNECT_TIMEOUT: "ETIMEDOUT",
  UND_ERR_HEADERS_TIMEOUT: "ETIMEDOUT",
  UND_ERR_BODY_TIMEOUT: "ETIMEDOUT",
  UND_ERR_SOCKET: "ECONNRESET",
  UND_ERR_ABORTED: "ECANCELED",
  UND_ERR_CLOSED: "ECANCELED",
  UND_ERR_DESTROYED: "ECANCELED",
  UND_ERR_HEADERS_OVERFLOW: "EMSGSIZE",
  UND_ERR_INVALID_ARG: "EINVAL",
  UND_ERR_NOT_SUPPORTED: "ENOTSUP",
};

/** An error of the host's network as a guest may be told of it: its code, and of a certificate or of HTTP what is wrong. */
export function toldError(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error;
  const code = errnoCodeOfError(error);
  if (code !== undefined) return new NetworkError(code, { cause: error });
  const { code: name, message } = Object(error) as { readonly [name: string]: unknown };
  // What an answer is that is none of HTTP; it has a code or not.
  if (error instanceof errors.HTTPParserError)
    return new NetworkError("EPROTO", { reason: error.message, cause: error });
  if (typeof name !== "string") return new NetworkError("ECONNRESET", { cause: error });
  const known = Object.hasOwn(codes, name) ? codes[name] : undefined;
  if (known !== undefined) return new NetworkError(known, { cause: error });
  return new NetworkError("EPROTO", { reason: reasonOf(name, message), cause: error });
}

/** OpenSSL's own messages name files of its build; those about certificates are the peer's. */
function reasonOf(name: string, message: unknown): string {
  const isPlain = typeof message === "string" && !message.includes(":error:") && !message.includes("/");
  return isPlain ? `${name}: ${message}` : name;
}
