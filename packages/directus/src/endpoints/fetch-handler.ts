import type { EndpointAnswer } from "./endpoint-answer.ts";
import type { EndpointRequest } from "./serve-endpoint.ts";

/** A request of the web's as endpoints see it. */
export function fromRequest(request: Request, isPrivileged: boolean): EndpointRequest {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    target: pathname + search,
    headers: Object.fromEntries(request.headers),
    body: () => jsonOf(request),
    isPrivileged,
  };
}

async function jsonOf(request: Request): Promise<unknown> {
  if (!isJson(request.headers.get("content-type") ?? "")) return {};
  return request.json();
}

/** Whether a content type is JSON's. */
export function isJson(type: string): boolean {
  return /^application\/(?:[^;]+\+)?json\s*(?:;|$)/i.test(type);
}

export function toResponse({ status, headers, body }: EndpointAnswer, method: string): Response {
  const isEmpty = body === "" || method === "HEAD" || status === 204 || status === 205 || status === 304;
  return new Response(isEmpty ? null : body, { status, headers });
}
