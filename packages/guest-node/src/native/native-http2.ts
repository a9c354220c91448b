import type { NativeBytes } from "./native-buffer.ts";

/** Opaque. */
export type NativeHttp2Session = object & { readonly __nativeHttp2Session?: never };

/**
 * What came of one entry into nghttp2: what it answers (an error where negative), something beside it, and then the events,
 * flat: the number of one, and what belongs to it. See `http2/session-events.ts`.
 */
export type NativeHttp2Answer = readonly unknown[];

type Submit<Rest extends readonly unknown[]> = (session: NativeHttp2Session, ...rest: Rest) => number;

/** nghttp2, as the executable carries it. What it tells becomes events: no code of the guest's runs within it. */
export interface NativeHttp2 {
  /** Whether this executable has it, as it is known here; without it `create` throws. */
  readonly isAvailable: () => boolean;
  /** `options`: the 14 numbers of Node's `optionsBuffer`. */
  readonly create: (isServer: boolean, options: Uint32Array) => NativeHttp2Session;
  readonly setBounds: (session: NativeHttp2Session, invalidFrames: number, rejectedStreams: number) => void;
  /** Parses what of the bytes belongs to one frame. Answers how many those are, and the code of an error of Node's. */
  readonly receive: (session: NativeHttp2Session, bytes: NativeBytes, offset: number) => NativeHttp2Answer;
  /** Answers 0 and bytes to be sent, if there are any. */
  readonly send: (session: NativeHttp2Session) => NativeHttp2Answer;
  readonly submitRequest: Submit<[text: string, count: number, isBare: boolean, hasTrailers: boolean]>;
  readonly submitResponse: Submit<[id: number, text: string, count: number, isBare: boolean, hasTrailers: boolean]>;
  readonly submitInfo: Submit<[id: number, text: string, count: number]>;
  readonly submitTrailers: Submit<[id: number, text: string, count: number]>;
  readonly submitPushPromise: Submit<[id: number, text: string, count: number]>;
  readonly submitReset: Submit<[id: number, code: number]>;
  readonly submitSettings: Submit<[pairs: Uint32Array]>;
  readonly packSettings: (pairs: Uint32Array) => Uint8Array | undefined;
  readonly submitPing: Submit<[payload: Uint8Array]>;
  readonly submitGoaway: Submit<[code: number, lastStream: number, data: Uint8Array | undefined]>;
  readonly submitAltsvc: Submit<[id: number, origin: string, field: string]>;
  readonly submitOrigin: Submit<[text: string, count: number]>;
  /** Whether there was room. */
  readonly write: (session: NativeHttp2Session, id: number, bytes: NativeBytes) => boolean;
  readonly end: (session: NativeHttp2Session, id: number) => void;
  /** How many bytes wait for their turn. */
  readonly queued: (session: NativeHttp2Session, id: number) => number;
  readonly consume: (session: NativeHttp2Session, id: number, bytes: number) => void;
  readonly forget: (session: NativeHttp2Session, id: number) => void;
  readonly terminate: (session: NativeHttp2Session, code: number) => void;
  /** The sum of 1: to write; 2: to read; 4: it has given the session up by itself, and said goodbye to the peer. */
  readonly wants: (session: NativeHttp2Session) => number;
  readonly setNextStreamId: (session: NativeHttp2Session, id: number) => boolean;
  readonly setLocalWindowSize: (session: NativeHttp2Session, size: number) => number;
  readonly setting: (session: NativeHttp2Session, isRemote: boolean, id: number) => number;
  readonly refreshSession: (session: NativeHttp2Session, state: Float64Array) => void;
  readonly refreshStream: (session: NativeHttp2Session, id: number, state: Float64Array) => void;
  readonly errorText: (code: number) => string | undefined;
}
