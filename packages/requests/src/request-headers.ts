import { RequestFailure } from "./request-failure.ts";
import type { HeaderList } from "./request-transport.ts";
import { told } from "./told.ts";

/**
 * Headers that are about the connection, and where a message begins and ends on it: neither a request of a guest's nor an
 * answer of one says them, or one message could be taken for two. In lower case.
 */
export const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Whom a request speaks to, and what its sender unpacks: its sender's to say. */
const SENDERS: readonly string[] = ["host", "accept-encoding"];

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Servers take less. */
const MOST_CHARACTERS = 64 * 1024;

/** Whether a header, or a method, can be called so: a token of HTTP's. */
export function isHeaderName(name: string): boolean {
  return TOKEN.test(name);
}

/**
 * The headers that a request of a guest's can have, by lower-case names.
 *
 * @throws RequestFailure `ERR_REQUEST_HEADER`
 */
export function readHeaders(given: Iterable<readonly [name: string, value: string]>): HeaderList {
  const headers: (readonly [string, string])[] = [];
  let characters = 0;
  for (const [name, value] of given) {
    characters += assertHeader(name, value);
    if (characters > MOST_CHARACTERS) throw faulty(`The headers are longer than ${MOST_CHARACTERS} characters`);
    const lower = name.toLowerCase();
    if (!connectionHeaders.has(lower) && !SENDERS.includes(lower)) headers.push([lower, value]);
  }
  return headers;
}

/** @returns how many characters it has */
function assertHeader(name: unknown, value: unknown): number {
  if (typeof name !== "string" || !isHeaderName(name)) throw faulty(`Not the name of a header: ${told(name)}`);
  if (typeof value !== "string" || !VALUE.test(value))
    throw faulty(`Not the value of a header: that of "${name.slice(0, 100)}"`);
  return name.length + value.length;
}

function faulty(message: string): RequestFailure {
  return new RequestFailure("ERR_REQUEST_HEADER", message);
}
