import type { NetworkResponse } from "vivarium";
import { exchange } from "./exchange.ts";
import { type Hop, nextHop } from "./hop.ts";
import { RequestFailure } from "./request-failure.ts";
import type { RequestTransport } from "./request-transport.ts";
import { responseHeader } from "./response-header.ts";

/** As many as browsers follow. */
const MOST_REDIRECTS = 20;

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** A response, and the hop that it answers. */
export interface Answer {
  readonly response: NetworkResponse;
  readonly hop: Hop;
}

/**
 * Goes where servers send a request, as far as it may go.
 *
 * @throws RequestFailure `ERR_REQUEST_REDIRECTS`, and what a hop fails with; what `mayRequest` throws
 */
export async function followRedirects(first: Hop, transport: RequestTransport, signal: AbortSignal): Promise<Answer> {
  const { maxRedirects = MOST_REDIRECTS } = transport;
  let hop = first;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    await transport.mayRequest(new URL(hop.url), hop.method);
    const response = await exchange(hop, transport, signal);
    const location = REDIRECTS.includes(response.status) ? responseHeader(response, "location") : undefined;
    if (location === undefined || location === "") return { response, hop };
    await drop(response);
    hop = nextHop(hop, response.status, location);
  }
  throw new RequestFailure("ERR_REQUEST_REDIRECTS", `It is sent on more than ${maxRedirects} times`, {
    url: first.url.href,
  });
}

/** A content that nobody reads. */
async function drop({ body }: NetworkResponse): Promise<void> {
  await body[Symbol.asyncIterator]().return?.();
}
