import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import { NetworkError } from "@vivarium/core";
import type { Dispatcher, Pool } from "undici";
import type { RequestTime } from "./request-time.ts";

/** Statuses whose responses have no body, and for which `Response` takes none. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([101, 204, 205, 304]);
const FIRST_STATUS = 200;
const LAST_STATUS = 599;
/** Of a body that nobody reads, in bytes: one that goes on is left, and its connection with it. */
const MOST_UNREAD_BYTES = 64 * 1024;
/** What a reason phrase consists of (RFC 9112, section 4). */
const PHRASE = /^[\t -~\u0080-\u00ff]*$/;

export interface ExchangeBounds {
  /** It is over with the body of the response. */
  readonly time: RequestTime;
  /** Of that body. */
  readonly bodyLimitBytes: number;
}

/** Sends a request and answers the response as it comes. What is not asked for is not followed, and not unpacked. */
export async function exchange(pool: Pool, request: Request, bounds: ExchangeBounds): Promise<Response> {
  const { pathname, search, host } = new URL(request.url);
  const answer = await pool.request({
    method: request.method as Dispatcher.HttpMethod,
    path: `${pathname}${search}`,
    headers: { host, ...Object.fromEntries(request.headers) },
    body: request.body === null ? null : Readable.fromWeb(request.body as NodeReadableStream),
    signal: bounds.time.signal,
    responseHeaders: "raw",
  });
  // One that is left before its end fails: where nobody listens, that would end the host.
  answer.body.on("error", () => undefined);
  try {
    return responseOf(answer, bounds);
  } catch (error) {
    answer.body.destroy();
    throw error;
  }
}

function responseOf(answer: Dispatcher.ResponseData, bounds: ExchangeBounds): Response {
  const { statusCode: status, body } = answer;
  if (status < FIRST_STATUS || status > LAST_STATUS)
    throw new NetworkError("EPROTO", { reason: `a guest has answered with the status ${status}` });
  const statusText = PHRASE.test(answer.statusText) ? answer.statusText : "";
  const head = { status, statusText, headers: readHeaders(answer.headers) };
  if (!WITHOUT_BODY.has(status)) return new Response(limited(body, bounds), head);
  // Until it has been read the connection takes no other request.
  body.dump({ limit: MOST_UNREAD_BYTES }).catch(() => undefined);
  bounds.time.over();
  return new Response(null, head);
}

/** Names and values one after the other, as they came. */
function readHeaders(raw: unknown): Headers {
  const headers = new Headers();
  const list = raw as readonly (Buffer | string)[];
  for (let index = 0; index + 1 < list.length; index += 2) {
    headers.append(textOf(list[index]), textOf(list[index + 1]));
  }
  return headers;
}

function textOf(part: Buffer | string | undefined): string {
  return typeof part === "string" ? part : (part?.toString("latin1") ?? "");
}

function limited(body: Readable, { time, bodyLimitBytes: limitBytes }: ExchangeBounds): ReadableStream<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let taken = 0;
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      const { done, value } = await nextOf(pieces, time);
      if (done === true) {
        time.over();
        controller.close();
        controller.byobRequest?.respond(0);
        return;
      }
      taken += value.byteLength;
      if (taken > limitBytes) {
        body.destroy();
        time.over();
        throw new NetworkError("EMSGSIZE", { reason: `a guest's response is longer than ${limitBytes} bytes` });
      }
      controller.enqueue(new Uint8Array(value));
    },
    async cancel() {
      time.over();
      body.destroy();
    },
  });
}

async function nextOf(pieces: AsyncIterator<Uint8Array>, time: RequestTime): Promise<IteratorResult<Uint8Array>> {
  try {
    return await pieces.next();
  } catch (error) {
    time.over();
    throw time.failure ?? error;
  }
}
