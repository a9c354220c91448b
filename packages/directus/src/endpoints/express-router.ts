import type { IncomingMessage, ServerResponse } from "node:http";
import type { EndpointAnswer } from "./endpoint-answer.ts";
import { isJson, readJson } from "./request-content.ts";
import type { Caller, EndpointRequest } from "./serve-endpoint.ts";

/** Of Express 4 and 5, as far as it is needed. */
export type ExpressMiddleware = (
  request: IncomingMessage & { readonly body?: unknown },
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * A request of Express' as endpoints see it; its content is what a parser before has made of it.
 *
 * @param mostBytes of its content, where no parser has been before
 */
export function fromExpress(
  request: IncomingMessage & { readonly body?: unknown },
  caller: Caller,
  mostBytes: number,
): EndpointRequest {
  return {
    method: request.method ?? "GET",
    target: request.url ?? "/",
    headers: Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    body: () => bodyOf(request, mostBytes),
    ...caller,
  };
}

async function bodyOf(request: IncomingMessage & { readonly body?: unknown }, mostBytes: number): Promise<unknown> {
  const { body, headers } = request;
  if (typeof body === "object" && body !== null && !Buffer.isBuffer(body)) return body;
  if (body !== undefined || request.readableEnded || !isJson(headers["content-type"] ?? "")) return {};
  // Who has sent too much is to be told so.
  return readJson(request.iterator({ destroyOnReturn: false }), mostBytes);
}

/** Unless others have answered meanwhile: it may have taken long. */
export function writeAnswer(response: ServerResponse, { status, headers, body }: EndpointAnswer): void {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  for (const piece of body.slice(0, -1)) response.write(piece);
  response.end(body.at(-1));
}
