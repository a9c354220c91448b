import { isIP } from "node:net";
import { Readable } from "node:stream";
import type { CheckedAddress, NetworkAdapter, NetworkRequest, NetworkResponse } from "vivarium";
import { type AskedRequest, assertMethod, assertUrl, type RequestPolicy } from "./asked-request.ts";
import { decodeResponse, isSuccess } from "./decode-response.ts";
import { encodeBody } from "./encode-body.ts";
import { encodeHeaders } from "./encode-headers.ts";
import { ACCEPTED_ENCODINGS, header, readContent } from "./read-content.ts";
import { networkFailure, type ResponseData, statusFailure } from "./request-error.ts";
import { ResponseRoom } from "./response-room.ts";
import { toldFailure } from "./told-failure.ts";

/** How requests of extensions go out. */
export interface RequestTransport {
  readonly network: NetworkAdapter;
  /** How long a request may take with all that it is sent on to, in milliseconds. */
  readonly timeoutMs: number;
  /** Bytes of a response's content. */
  readonly maxResponseBytes: number;
  /** As Directus has it: a request may be sent on to where the extension may not send one itself, and be for a `data:` URL. */
  readonly followsAnywhere: boolean;
}

/** A response, and who has sent it in the end. */
interface Answered {
  readonly response: NetworkResponse;
  readonly url: URL;
}

/** How the requests of one extension go out. */
export interface ExtensionTransport extends RequestTransport {
  /** Where its responses are kept until they are whole. */
  readonly room: ResponseRoom;
  /** Stands for it in the network. */
  readonly guest: object;
}

/** Responses of the greatest length that may come in for one extension at a time. */
const RESPONSES_AT_ONCE = 4;

export function extensionTransport(transport: RequestTransport): ExtensionTransport {
  return { ...transport, room: new ResponseRoom(transport.maxResponseBytes * RESPONSES_AT_ONCE), guest: {} };
}

const MOST_REDIRECTS = 21;
const USER_AGENT = "vivarium-directus";

/** One exchange: a request, or what a server has sent it on to. */
interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array | undefined;
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
  const late = AbortSignal.timeout(transport.timeoutMs);
  const stop = AbortSignal.any([signal, late]);
  try {
    // Whoever looks up names or reads may not heed the signal.
    return await unlessStopped(answer(asked, policy, transport, stop), stop);
  } catch (error) {
    throw late.aborted ? networkFailure(`timeout of ${transport.timeoutMs}ms exceeded`, "ECONNABORTED") : error;
  }
}

async function answer(
  asked: AskedRequest,
  policy: RequestPolicy,
  transport: ExtensionTransport,
  stop: AbortSignal,
): Promise<ResponseData> {
  const first = await firstHop(asked);
  const isData = transport.followsAnywhere && first.url.protocol === "data:";
  const { response, url } = isData ? await dataResponse(first) : await follow(first, policy, transport, stop);
  const data = decodeResponse(response, await contentOf(response, url, transport), asked.wantsBytes);
  if (!isSuccess(data)) throw statusFailure(data);
  return data;
}

async function contentOf(
  response: NetworkResponse,
  url: URL,
  { maxResponseBytes, room }: ExtensionTransport,
): Promise<Uint8Array> {
  try {
    return await readContent(response, maxResponseBytes, room);
  } catch (error) {
    throw toldFailure(error, url);
  }
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

async function firstHop({ url: text, method, body, headers: given }: AskedRequest): Promise<Hop> {
  const url = URL.parse(text);
  if (url === null) throw networkFailure("Invalid URL", "ERR_INVALID_URL");
  const headers = encodeHeaders(given);
  const encoded = await encodeBody(body, headers.get("content-type"));
  if (encoded?.type !== undefined && !headers.has("content-type")) headers.set("content-type", encoded.type);
  if (!headers.has("accept")) headers.set("accept", "application/json, text/plain, */*");
  if (!headers.has("user-agent")) headers.set("user-agent", USER_AGENT);
  headers.set("accept-encoding", ACCEPTED_ENCODINGS);
  return { url, method, headers, body: encoded?.bytes };
}

/** What the URL says itself: nothing is asked for it. */
async function dataResponse({ url }: Hop): Promise<Answered> {
  const { status, statusText, headers, body } = await fetch(url).catch(() => {
    throw networkFailure("Invalid URL", "ERR_INVALID_URL");
  });
  return { response: { status, statusText, headers: [...headers], body: body ?? Readable.from([]) }, url };
}

async function follow(
  first: Hop,
  policy: RequestPolicy,
  transport: ExtensionTransport,
  signal: AbortSignal,
): Promise<Answered> {
  let hop = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await exchange(hop, transport, signal);
    const target = redirectOf(response, hop.url);
    if (target === undefined) return { response, url: hop.url };
    await drop(response);
    hop = nextHop(hop, response.status, target);
    if (!transport.followsAnywhere) {
      assertUrl(policy, target.href);
      assertMethod(policy, hop.method);
    }
  }
  throw networkFailure("Maximum number of redirects exceeded", "ERR_FR_TOO_MANY_REDIRECTS");
}

async function exchange(
  { url, method, headers, body }: Hop,
  { network, guest }: ExtensionTransport,
  signal: AbortSignal,
): Promise<NetworkResponse> {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw networkFailure(`Unsupported protocol ${url.protocol}`, "ERR_BAD_REQUEST");
  }
  if (network.fetch === undefined) throw networkFailure("connect ENOSYS: there is no network here", "ENOSYS");
  try {
    const addresses = await addressesOf(network, url);
    const request: NetworkRequest = {
      url: withoutFragment(url),
      method,
      headers: [...headers],
      ...(body !== undefined && { body }),
      ...(addresses !== undefined && { addresses }),
      signal,
      guest,
    };
    return await network.fetch(request);
  } catch (error) {
    throw toldFailure(error, url);
  }
}

/** Where to connect: looked up once, so that what was checked is what is connected to. */
async function addressesOf(network: NetworkAdapter, { hostname }: URL): Promise<readonly CheckedAddress[] | undefined> {
  const literal = hostname.replace(/^\[|\]$/g, "");
  const family = isIP(literal);
  if (family !== 0) return [{ address: literal, family: family === 6 ? 6 : 4, isNamed: false }];
  if (network.lookup === undefined) return undefined;
  const found = await network.lookup(hostname);
  if (found.length === 0) throw networkFailure(`getaddrinfo ENOTFOUND ${hostname}`, "ENOTFOUND");
  return found.map(({ address, family }) => ({ address, family, isNamed: false }));
}

function withoutFragment(url: URL): string {
  const plain = new URL(url);
  plain.hash = "";
  return plain.href;
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

function redirectOf(response: NetworkResponse, from: URL): URL | undefined {
  if (!REDIRECTS.includes(response.status)) return undefined;
  const location = header(response, "location");
  if (location === undefined || location === "") return undefined;
  const target = URL.parse(location, from.href);
  if (target === null) throw networkFailure("Invalid URL", "ERR_INVALID_URL");
  return target;
}

/** As clients do: what was posted is fetched, and who has changed hosts takes no credentials along. */
function nextHop({ url, method, headers: sent, body }: Hop, status: number, target: URL): Hop {
  const headers = new Map(sent);
  const becomesGet = status === 303 || ((status === 301 || status === 302) && method === "POST");
  if (becomesGet) for (const name of ["content-type", "content-encoding", "content-language"]) headers.delete(name);
  if (target.origin !== url.origin)
    for (const name of ["authorization", "cookie", "proxy-authorization"]) headers.delete(name);
  return { url: target, method: becomesGet ? "GET" : method, headers, body: becomesGet ? undefined : body };
}

/** A content that nobody reads. */
async function drop({ body }: NetworkResponse): Promise<void> {
  await body[Symbol.asyncIterator]().return?.();
}
