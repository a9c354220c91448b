/** A request that was made and has failed, as the extension gets it. */
export class RequestError extends Error {
  /** What the error has in the guest beside its message: data. */
  readonly details: Readonly<Record<string, unknown>>;
  /** What came back, where something has. */
  readonly response: ResponseData | undefined;

  constructor(message: string, details: Readonly<Record<string, unknown>>, response?: ResponseData) {
    super(message);
    this.name = "RequestError";
    this.details = details;
    this.response = response;
  }
}

/** A request that is not made, for what it asks. */
export class RefusedRequest extends Error {
  readonly type: "Error" | "TypeError";

  constructor(message: string, type: "Error" | "TypeError" = "Error") {
    super(message);
    this.name = "RefusedRequest";
    this.type = type;
  }
}

/** By this name extensions know errors of requests: it is that of the client which Directus has beneath. */
const CLIENT_ERROR = "AxiosError";

/** Nothing came back. */
export function networkFailure(message: string, code: string): RequestError {
  return new RequestError(message, { name: CLIENT_ERROR, code });
}

/** More came back than may. */
export function tooLong(limitBytes: number): RequestError {
  return networkFailure(`maxContentLength size of ${limitBytes} exceeded`, "ERR_BAD_RESPONSE");
}

/** What a response says that extensions read where it was no success. */
export interface ResponseData {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** A text that is not parsed yet, or bytes where those are wanted. */
  readonly content: string | Uint8Array;
}

/**
 * A response that is no success. Extensions in the wild read its `response` as a JSON text, which it was in Directus 10.10
 * to 11.14.
 */
export function statusFailure(response: ResponseData): RequestError {
  const { status } = response;
  const details = {
    name: CLIENT_ERROR,
    code: status >= 500 ? "ERR_BAD_RESPONSE" : "ERR_BAD_REQUEST",
    status,
  };
  return new RequestError(`Request failed with status code ${status}`, details, response);
}
