import type { NativeHttp2Answer } from "../../native/native-http2.ts";

/** The numbers of events, as `native/http2-session.h` has them. */
const BEGIN_HEADERS = 1;
const HEADER = 2;
const HEADERS = 3;
const DATA = 4;
const END = 5;
const CLOSE = 6;
const SETTINGS = 7;
const PING = 8;
const GOAWAY = 9;
const PRIORITY = 10;
const ALTSVC = 11;
const ORIGIN = 12;
const FRAME_ERROR = 13;
const INVALID = 14;
const SENT = 15;
const TRAILERS = 16;

/** Hears what nghttp2 has told. */
export interface SessionEvents {
  beginHeaders(id: number, category: number): void;
  header(id: number, name: string, value: string, flags: number): void;
  headers(id: number, flags: number): void;
  data(id: number, bytes: Uint8Array<ArrayBuffer>): void;
  end(id: number): void;
  close(id: number, code: number): void;
  settings(isAck: boolean, pairs: readonly number[]): void;
  ping(isAck: boolean, payload: Uint8Array): void;
  goaway(code: number, last: number, data: Uint8Array): void;
  priority(id: number, parent: number, weight: number, isExclusive: boolean): void;
  altsvc(id: number, origin: string, field: string): void;
  origin(origins: readonly string[]): void;
  frameError(id: number, type: number, code: number): void;
  invalid(code: number): void;
  sent(id: number, bytes: number): void;
  trailers(id: number): void;
}

type Tell = (events: SessionEvents, list: NativeHttp2Answer, at: number) => void;

/** How many places an event takes beside its number, and how it is told. The list is the helper's: its types are as it says. */
const kinds: Readonly<Record<string, readonly [places: number, tell: Tell]>> = {
  __proto__: null as never,
  [BEGIN_HEADERS]: [3, (events, list, at) => events.beginHeaders(number(list, at), number(list, at + 1))],
  [HEADER]: [
    4,
    (events, list, at) => events.header(number(list, at), text(list, at + 1), text(list, at + 2), number(list, at + 3)),
  ],
  [HEADERS]: [3, (events, list, at) => events.headers(number(list, at), number(list, at + 2))],
  [DATA]: [2, (events, list, at) => events.data(number(list, at), bytes(list, at + 1))],
  [END]: [1, (events, list, at) => events.end(number(list, at))],
  [CLOSE]: [2, (events, list, at) => events.close(number(list, at), number(list, at + 1))],
  [SETTINGS]: [2, (events, list, at) => events.settings(number(list, at) !== 0, list[at + 1] as readonly number[])],
  [PING]: [2, (events, list, at) => events.ping(number(list, at) !== 0, bytes(list, at + 1))],
  [GOAWAY]: [3, (events, list, at) => events.goaway(number(list, at), number(list, at + 1), bytes(list, at + 2))],
  [PRIORITY]: [
    4,
    (events, list, at) =>
      events.priority(number(list, at), number(list, at + 1), number(list, at + 2), number(list, at + 3) !== 0),
  ],
  [ALTSVC]: [3, (events, list, at) => events.altsvc(number(list, at), text(list, at + 1), text(list, at + 2))],
  [FRAME_ERROR]: [
    3,
    (events, list, at) => events.frameError(number(list, at), number(list, at + 1), number(list, at + 2)),
  ],
  [INVALID]: [1, (events, list, at) => events.invalid(number(list, at))],
  [SENT]: [2, (events, list, at) => events.sent(number(list, at), number(list, at + 1))],
  [TRAILERS]: [1, (events, list, at) => events.trailers(number(list, at))],
};

/** Tells what stands behind the first two places of an answer. */
export function tellEvents(list: NativeHttp2Answer, events: SessionEvents): void {
  for (let at = 2; at < list.length; ) {
    const kind = number(list, at++);
    if (kind === ORIGIN) {
      const count = number(list, at++);
      const origins: string[] = [];
      for (let index = 0; index < count; index++) origins[index] = text(list, at++);
      events.origin(origins);
      continue;
    }
    const known = kinds[kind];
    if (known === undefined) return;
    known[1](events, list, at);
    at += known[0];
  }
}

function number(list: NativeHttp2Answer, at: number): number {
  return list[at] as number;
}

function text(list: NativeHttp2Answer, at: number): string {
  return list[at] as string;
}

function bytes(list: NativeHttp2Answer, at: number): Uint8Array<ArrayBuffer> {
  return list[at] as Uint8Array<ArrayBuffer>;
}
