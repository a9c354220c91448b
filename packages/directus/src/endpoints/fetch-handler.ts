import type { EndpointAnswer } from "./endpoint-answer.ts";
import { isJson, readJson } from "./request-content.ts";
import type { Caller, EndpointRequest } from "./serve-endpoint.ts";

/**
 * A request of the web's as endpoints see it.
 *
 * @param mostBytes of its content
 */
export function fromRequest(request: Request, caller: Caller, mostBytes: number): EndpointRequest {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    target: pathname + search,
    headers: Object.fromEntries(request.headers),
    body: () => jsonOf(request, mostBytes),
    ...caller,
  };
}

async function jsonOf({ headers, body }: Request, mostBytes: number): Promise<unknown> {
  if (!isJson(headers.get("content-type") ?? "") || body === null) return {};
  return readJson(body, mostBytes);
}

export function toResponse({ status, headers, body }: EndpointAnswer, method: string): Response {
  const isEmpty = body.length === 0 || method === "HEAD" || status === 204 || status === 205 || status === 304;
  return new Response(isEmpty ? null : contentOf(body), { status, headers });
}

function contentOf(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> | ReadableStream {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return new Uint8Array(first);
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}
