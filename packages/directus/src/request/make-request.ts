import {
  type IncomingResponse,
  type OutgoingRequest,
  type RequestTransport,
  ResponseRoom,
  sendRequest,
} from "@vivarium/requests";
import type { NetworkAdapter } from "vivarium";
import { type AskedRequest, assertMethod, assertUrl, type RequestPolicy } from "./asked-request.ts";
import { readDataUrl } from "./data-url.ts";
import { decodeResponse, isSuccess } from "./decode-response.ts";
import { encodeBody } from "./encode-body.ts";
import { encodeHeaders } from "./encode-headers.ts";
import { type ResponseData, statusFailure } from "./request-error.ts";
import { toldFailure } from "./told-failure.ts";

/** How requests of extensions go out. */
export interface RequestSettings {
  readonly network: NetworkAdapter;
  /** How long a request may take with all that it is sent on to, in milliseconds. */
  readonly timeoutMs: number;
  /** Bytes of a response's content. */
  readonly maxResponseBytes: number;
  /** As Directus has it: a request may be sent on to where the extension may not send one itself, and be for a `data:` URL. */
  readonly followsAnywhere: boolean;
}

/** How the requests of one extension go out. */
export interface ExtensionTransport extends Omit<RequestTransport, "mayRequest"> {
  readonly followsAnywhere: boolean;
}

/** Responses of the greatest length that may come in for one extension at a time. */
const RESPONSES_AT_ONCE = 4;
/** As many as the client follows that Directus has beneath. */
const MOST_REDIRECTS = 21;

export function extensionTransport(settings: RequestSettings): ExtensionTransport {
  return {
    ...settings,
    room: new ResponseRoom(settings.maxResponseBytes * RESPONSES_AT_ONCE),
    guest: {},
    userAgent: "vivarium-directus",
    maxRedirects: MOST_REDIRECTS,
  };
}

/**
 * Makes a request that an extension may make, and follows where servers send it, as far as it may request that, too.
 *
 * @returns a response of success
 * @throws RequestError for any other, and where none comes; RefusedRequest for a redirect that it may not follow
 */
export async function makeRequest(
  asked: AskedRequest,
  policy: RequestPolicy,
  transport: ExtensionTransport,
  signal: AbortSignal,
): Promise<ResponseData> {
  const data = decodeResponse(await answer(asked, policy, transport, signal), asked.wantsBytes);
  if (!isSuccess(data)) throw statusFailure(data);
  return data;
}

async function answer(
  asked: AskedRequest,
  policy: RequestPolicy,
  transport: ExtensionTransport,
  signal: AbortSignal,
): Promise<IncomingResponse> {
  const request = await outgoing(asked);
  const { followsAnywhere } = transport;
  if (followsAnywhere && URL.parse(asked.url)?.protocol === "data:") return readDataUrl(asked.url, transport);
  const mayRequest = followsAnywhere ? () => undefined : redirectCheck(asked, policy);
  try {
    return await sendRequest(request, { ...transport, mayRequest }, signal);
  } catch (error) {
    throw toldFailure(error, transport);
  }
}

/** What the extension has asked for is checked as it has written it; what it is sent on to has no other spelling. */
function redirectCheck(asked: AskedRequest, policy: RequestPolicy): RequestTransport["mayRequest"] {
  const href = URL.parse(asked.url)?.href;
  return (url, method) => {
    if (url.href === href && method === asked.method) return;
    assertUrl(policy, url.href);
    assertMethod(policy, method);
  };
}

async function outgoing({ url, method, body, headers: given }: AskedRequest): Promise<OutgoingRequest> {
  const headers = encodeHeaders(given);
  const encoded = await encodeBody(body, headers.get("content-type"));
  if (encoded?.type !== undefined && !headers.has("content-type")) headers.set("content-type", encoded.type);
  if (!headers.has("accept")) headers.set("accept", "application/json, text/plain, */*");
  return { url, method, headers, ...(encoded !== undefined && { body: encoded.bytes }) };
}
