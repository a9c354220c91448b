import type { NativeHttp2 } from "../../native/native-http2.ts";
import type { Guest } from "../guest.ts";
import type { StreamCore } from "../streams/stream-core.ts";

/** What the library hands over, in the order of `setCallbackFunctions`. */
export const CALLBACKS = [
  "internalError",
  "priority",
  "settings",
  "ping",
  "headers",
  "frameError",
  "goaway",
  "altsvc",
  "origin",
  "trailers",
  "streamClose",
] as const;

export type CallbackName = (typeof CALLBACKS)[number];

export type Heard = (...args: never[]) => unknown;

/** What the sessions of one guest share: the library's functions, and memory that it reads and writes. */
export interface Http2Host {
  readonly guest: Guest;
  readonly core: StreamCore;
  readonly native: NativeHttp2;
  readonly callbacks: Partial<Record<CallbackName, Heard>>;
  readonly optionsBuffer: Uint32Array;
  readonly settingsBuffer: Uint32Array;
  readonly sessionState: Float64Array;
  readonly streamState: Float64Array;
  now(): number;
}
