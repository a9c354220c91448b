import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import type { EndpointAnswer } from "./endpoint-answer.ts";
import { isJson } from "./fetch-handler.ts";
import type { EndpointRequest } from "./serve-endpoint.ts";

/** Of Express 4 and 5, as far as it is needed. */
export type ExpressMiddleware = (
  request: IncomingMessage & { readonly body?: unknown },
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** A request of Express' as endpoints see it; its content is what a parser before has made of it. */
export function fromExpress(
  request: IncomingMessage & { readonly body?: unknown },
  isPrivileged: boolean,
): EndpointRequest {
  return {
    method: request.method ?? "GET",
    target: request.url ?? "/",
    headers: Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    body: () => bodyOf(request),
    isPrivileged,
  };
}

async function bodyOf(request: IncomingMessage & { readonly body?: unknown }): Promise<unknown> {
  const { body, headers } = request;
  if (typeof body === "object" && body !== null && !Buffer.isBuffer(body)) return body;
  if (body !== undefined || request.readableEnded || !isJson(headers["content-type"] ?? "")) return {};
  return json(request);
}

export function writeAnswer(response: ServerResponse, { status, headers, body }: EndpointAnswer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}
