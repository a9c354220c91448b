import { RequestFailure } from "./request-failure.ts";
import { isHeaderName, readHeaders } from "./request-headers.ts";
import type { HeaderList, OutgoingRequest } from "./request-transport.ts";
import { told } from "./told.ts";
import { ACCEPTED_ENCODINGS } from "./unpackers.ts";

/** One exchange: a request, or what a server has sent it on to. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array | undefined;
}

/** They are about the connection, or have a server repeat credentials. */
const NOT_METHODS: readonly string[] = ["CONNECT", "TRACE", "TRACK"];

/**
 * @param userAgent where the request has none of its own
 * @throws RequestFailure `ERR_REQUEST_URL`, `ERR_REQUEST_PROTOCOL`, `ERR_REQUEST_METHOD`, `ERR_REQUEST_HEADER`
 */
export function firstHop(request: OutgoingRequest, userAgent: string | undefined): Hop {
  const { method, body } = request;
  if (typeof method !== "string" || !isHeaderName(method) || NOT_METHODS.includes(method.toUpperCase())) {
    throw new RequestFailure("ERR_REQUEST_METHOD", `No method to request with: ${told(method)}`);
  }
  const headers = [...readHeaders(request.headers ?? [])];
  if (userAgent !== undefined && !headers.some(([name]) => name === "user-agent"))
    headers.push(["user-agent", userAgent]);
  headers.push(["accept-encoding", ACCEPTED_ENCODINGS]);
  return { url: webUrl(request.url), method, headers, body };
}

const OF_BODY: readonly string[] = ["content-type", "content-encoding", "content-language", "content-location"];
const CREDENTIALS: readonly string[] = ["authorization", "cookie", "proxy-authorization"];

/**
 * As clients do: what was posted is fetched, and who has changed origins takes no credentials along.
 *
 * @throws RequestFailure `ERR_REQUEST_URL`, `ERR_REQUEST_PROTOCOL`
 */
export function nextHop({ url, method, headers, body }: Hop, status: number, location: string): Hop {
  const target = webUrl(location, url);
  const becomesGet =
    (status === 303 && method !== "GET" && method !== "HEAD") ||
    ((status === 301 || status === 302) && method === "POST");
  const left = [...(becomesGet ? OF_BODY : []), ...(target.origin === url.origin ? [] : CREDENTIALS)];
  return {
    url: target,
    method: becomesGet ? "GET" : method,
    headers: headers.filter(([name]) => !left.includes(name)),
    body: becomesGet ? undefined : body,
  };
}

function webUrl(text: unknown, from?: URL): URL {
  const url = typeof text === "string" ? URL.parse(text, from?.href) : null;
  if (url === null) throw new RequestFailure("ERR_REQUEST_URL", `Not a URL: ${told(text)}`);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    const message = `The protocol of a request is http: or https:, not ${JSON.stringify(url.protocol)}`;
    throw new RequestFailure("ERR_REQUEST_PROTOCOL", message, { url: url.href });
  }
  return url;
}
