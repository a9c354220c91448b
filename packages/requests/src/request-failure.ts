/** Why a request has got no response. */
export type RequestFailureCode =
  /** Its URL, or one that it was sent on to, is none. */
  | "ERR_REQUEST_URL"
  /** It is of another protocol than HTTP. */
  | "ERR_REQUEST_PROTOCOL"
  /** Its method is no word of HTTP's, or one that is about the connection. */
  | "ERR_REQUEST_METHOD"
  /** A name or a value that no header can have, or more of them than servers take. */
  | "ERR_REQUEST_HEADER"
  /** The network lets nobody connect there. */
  | "ERR_REQUEST_DENIED"
  /** It was sent on too often. */
  | "ERR_REQUEST_REDIRECTS"
  /** It has taken too long, with all that it was sent on to. */
  | "ERR_REQUEST_TIMEOUT"
  /** Nobody could be reached, or the connection broke. */
  | "ERR_REQUEST_NETWORK"
  /** The content is longer than one may be. */
  | "ERR_RESPONSE_TOO_LARGE"
  /** All that comes in for this guest at once is longer than it may be. */
  | "ERR_RESPONSE_ROOM"
  /** The content cannot be unpacked. */
  | "ERR_RESPONSE_CONTENT";

/** What a {@link RequestFailure} says beside its message. */
export interface RequestFailureDetail {
  /** Of the hop that has failed, as far as it is known. */
  readonly url?: string;
  /** The error beneath: of the network adapter, or of zlib. It may name what is the host's: not for guests. */
  readonly cause?: unknown;
}

/** A request that has got no response. Its message names nothing of the host's: a guest may be told. */
export class RequestFailure extends Error {
  override readonly name = "RequestFailure";
  readonly code: RequestFailureCode;
  readonly url: string | undefined;
  /** The code that the error beneath has, where it has one: `ECONNREFUSED`, `Z_BUF_ERROR`. */
  readonly systemCode: string | undefined;

  constructor(code: RequestFailureCode, message: string, { url, cause }: RequestFailureDetail = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.url = url;
    this.systemCode = codeOf(cause);
  }
}

/** What a network adapter has failed with, of one hop. */
export function networkFailure(cause: unknown, url: URL): RequestFailure {
  const code = codeOf(cause);
  const detail = { url: url.href, cause };
  if (code === "EACCES") {
    return new RequestFailure("ERR_REQUEST_DENIED", `Nobody may connect to "${url.host}" from here`, detail);
  }
  return new RequestFailure("ERR_REQUEST_NETWORK", `Cannot exchange with "${url.host}"${toldCode(code)}`, detail);
}

/** What content was that could not be unpacked. */
export function contentFailure(cause: unknown, url: URL): RequestFailure {
  const message = `Cannot unpack what "${url.host}" has answered${toldCode(codeOf(cause))}`;
  return new RequestFailure("ERR_RESPONSE_CONTENT", message, { url: url.href, cause });
}

function toldCode(code: string | undefined): string {
  return code === undefined ? "" : `: ${code}`;
}

/** A word, as systems have it: anything else might say more than that. */
const CODE = /^\w{1,64}$/;

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" && CODE.test(code) ? code : undefined;
}
