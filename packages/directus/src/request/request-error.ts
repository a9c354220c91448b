/** A request that was made and has failed, as the extension gets it. */
export class RequestError extends Error {
  /** What the error has in the guest beside its message: data. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, details: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = "RequestError";
    this.details = details;
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

/** What a response says that extensions read where it was no success. */
export interface ResponseData {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly data: unknown;
}

/**
 * A response that is no success. Extensions in the wild read its `response` as a JSON text, which it was in Directus 10.10
 * to 11.14.
 */
export function statusFailure(response: ResponseData): RequestError {
  const { status } = response;
  return new RequestError(`Request failed with status code ${status}`, {
    name: CLIENT_ERROR,
    code: status >= 500 ? "ERR_BAD_RESPONSE" : "ERR_BAD_REQUEST",
    status,
    response: JSON.stringify(response),
  });
}
