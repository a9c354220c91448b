import { followRedirects } from "./follow-redirects.ts";
import { firstHop, type Hop } from "./hop.ts";
import { readContent } from "./read-content.ts";
import { RequestFailure } from "./request-failure.ts";
import type { IncomingResponse, OutgoingRequest, RequestTransport } from "./request-transport.ts";

/**
 * Sends a request of a guest's, follows where servers send it, as far as it may go there, and reads what comes in the end.
 *
 * @param signal ends it, wherever it is
 * @returns the response, whatever its status
 * @throws RequestFailure (by rejection) where none comes; what `transport.mayRequest` throws; the reason of the signal
 */
export async function sendRequest(
  request: OutgoingRequest,
  transport: RequestTransport,
  signal: AbortSignal,
): Promise<IncomingResponse> {
  const first = firstHop(request, transport.userAgent);
  const late = AbortSignal.timeout(transport.timeoutMs);
  const stop = AbortSignal.any([signal, late]);
  try {
    // Whoever looks up names or reads may not heed the signal.
    return await unlessStopped(answer(first, transport, stop), stop);
  } catch (error) {
    if (!late.aborted) throw error;
    const message = `No response within ${transport.timeoutMs} ms`;
    throw new RequestFailure("ERR_REQUEST_TIMEOUT", message, { url: first.url.href });
  }
}

async function answer(first: Hop, transport: RequestTransport, stop: AbortSignal): Promise<IncomingResponse> {
  stop.throwIfAborted();
  const answered = await followRedirects(first, transport, stop);
  const { status, statusText } = answered.response;
  return { url: answered.hop.url.href, status, statusText, ...(await readContent(answered, transport)) };
}

async function unlessStopped<Value>(work: Promise<Value>, stop: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(stop.reason);
  stop.addEventListener("abort", abort, { once: true });
  if (stop.aborted) abort();
  try {
    return await Promise.race([work, promise]);
  } finally {
    stop.removeEventListener("abort", abort);
  }
}
