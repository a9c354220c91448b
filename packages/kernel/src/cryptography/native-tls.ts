import type { NativeCrypto, NativeObject } from "./native-crypto.ts";
import { nativeBinding } from "./native-crypto.ts";

type Callable = (...operands: readonly unknown[]) => unknown;

/** A stream of JavaScript, as TLS of this process sees one. */
export interface NativeStream {
  onwrite?: (request: object, pieces: readonly Uint8Array[]) => number;
  onshutdown?: (request: object) => number;
  onreadstart?: () => number;
  onreadstop?: () => number;
  readBuffer(bytes: Uint8Array): void;
  finishWrite(request: object, status: number): void;
  finishShutdown(request: object, status: number): void;
}

/** One end of TLS, as Node's binding has it: methods and listeners by their names. */
export interface NativeEnd {
  [name: string | symbol]: unknown;
  writeBuffer(request: object, bytes: Uint8Array): number;
  shutdown(request: object): number;
  destroySSL(): void;
}

/** What Node's library makes a write of, or the end of what it writes. */
export interface NativeRequest {
  oncomplete?: (status: number) => void;
  error?: unknown;
}

/** Node's own bindings of TLS in this process. */
export interface NativeTls {
  createStream(): NativeStream;
  wrap(stream: NativeStream, context: NativeObject, isServer: boolean): NativeEnd;
  createWrite(): NativeRequest;
  createShutdown(): NativeRequest;
  /** How much has been read, or a negative errno, as the listener of a read is called. */
  lastRead(): number;
}

let found: NativeTls | undefined;

export function nativeTls(): NativeTls {
  found ??= open(nativeBinding("tls_wrap"), nativeBinding("js_stream"), nativeBinding("stream_wrap"));
  return found;
}

function open(tls: NativeCrypto, streams: NativeCrypto, base: NativeCrypto): NativeTls {
  const JSStream = streams["JSStream"] as new () => NativeStream;
  const WriteWrap = base["WriteWrap"] as new () => NativeRequest;
  const ShutdownWrap = base["ShutdownWrap"] as new () => NativeRequest;
  const state = base["streamBaseState"] as Int32Array;
  const read = base["kReadBytesOrError"] as number;
  return {
    createStream: () => new JSStream(),
    wrap: (stream, context, isServer) => (tls["wrap"] as Callable)(stream, context, isServer, false) as NativeEnd,
    createWrite: () => new WriteWrap(),
    createShutdown: () => new ShutdownWrap(),
    lastRead: () => state[read] ?? 0,
  };
}
