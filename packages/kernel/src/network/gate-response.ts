import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import type { NetworkResponse } from "@vivarium/core";
import { endToEnd, valuesOf } from "./gate-headers.ts";
import { turnOf } from "./gate-turns.ts";

/** What a piece takes of the host's thread, about, in milliseconds: a server may send byte by byte. */
const PIECE_MS = 0.03;
/** The same of one header. */
const HEADER_MS = 0.005;

/** A response that cannot be sent as it is. */
export class ResponseFault extends Error {}

/**
 * Sends a response to the guest as it comes.
 * @throws {ResponseFault} for one that breaks its own promises, and what its body throws
 */
export async function sendResponse(response: ServerResponse, answer: NetworkResponse): Promise<void> {
  response.sendDate = false;
  response.strictContentLength = true;
  await turnOf(answer.headers.length * HEADER_MS);
  writeHead(response, answer);
  const isEmpty = response.req.method === "HEAD" || answer.status === 204 || answer.status === 304;
  for await (const piece of answer.body) {
    assertBytes(piece);
    if (isEmpty || response.destroyed) break;
    await turnOf(PIECE_MS);
    await sendPiece(response, piece);
  }
  fault(() => response.end(), "a body of the length that it says");
}

function writeHead(response: ServerResponse, { status, statusText, headers }: NetworkResponse): void {
  const phrase = /^[\t -~\u0080-\u00ff]*$/.test(statusText) ? statusText : "";
  fault(() => response.writeHead(status, phrase, framed(headers).flat()), "headers that can be sent");
}

/** The guest is to find one length at most, and none where chunks have said where the end is (RFC 9112, section 6.3). */
function framed(headers: NetworkResponse["headers"]): NetworkResponse["headers"] {
  const isChunked = valuesOf(headers, "transfer-encoding").length > 0;
  const lengths = new Set(isChunked ? [] : valuesOf(headers, "content-length"));
  const [length = "0"] = lengths;
  if (lengths.size > 1 || !/^\d{1,15}$/.test(length)) throw new ResponseFault("one content-length");
  const others = endToEnd(headers).filter(([name]) => name.toLowerCase() !== "content-length");
  return lengths.size === 0 ? others : [...others, ["Content-Length", length]];
}

async function sendPiece(response: ServerResponse, piece: Uint8Array): Promise<void> {
  const isTaken = fault(() => response.write(piece), "a body of the length that it says");
  if (!isTaken) await drained(response);
}

/** Settles when more can be written, or nobody takes it any more. */
export async function drained(writable: Writable): Promise<void> {
  if (writable.destroyed || !writable.writableNeedDrain) return;
  const over = new AbortController();
  const ended = once(writable, "close", over);
  const drain = once(writable, "drain", over);
  ended.catch(ignore);
  drain.catch(ignore);
  try {
    await Promise.race([drain, ended]);
  } finally {
    over.abort();
  }
}

export function assertBytes(piece: unknown): asserts piece is Uint8Array {
  if (!(piece instanceof Uint8Array)) throw new ResponseFault("a body of Uint8Arrays");
}

function fault<T>(action: () => T, wanted: string): T {
  try {
    return action();
  } catch (cause) {
    throw new ResponseFault(wanted, { cause });
  }
}

function ignore(): void {}
