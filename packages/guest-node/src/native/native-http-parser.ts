import type { NativeBytes } from "./native-buffer.ts";

/** Opaque. */
export type NativeHttpParser = object & { readonly __nativeHttpParser?: never };

/** How many bytes were parsed; and of what cannot be, llhttp's code and its reason. */
export type NativeParsed = number | readonly [parsed: number, code: string, reason: string];

/**
 * Hears what a parser finds, with the arguments that Node's has: a number of `HTTPParser` (`kOnMessageBegin` 0, `kOnHeaders` 1,
 * `kOnHeadersComplete` 2, `kOnBody` 3 with a `Uint8Array`, `kOnMessageComplete` 4). Called from within `execute` and
 * `finish`, which throw what it throws. What it answers to `kOnHeadersComplete`: 1, that there is no body; 2, nor anything else.
 */
export type NativeParserCallback = (event: number, ...args: never[]) => unknown;

/** Node's own parser of HTTP/1.1, llhttp, as the executable carries it. */
export interface NativeHttpParsers {
  /** Whether this executable has it, as it is known here; without it `create` throws. */
  readonly isAvailable: () => boolean;
  readonly create: (callback: NativeParserCallback) => NativeHttpParser;
  /** `type`: 1 requests, 2 responses; `lenient`: the bits of `HTTPParser.kLenient…`. Throws while the parser is at work. */
  readonly initialize: (parser: NativeHttpParser, type: number, maxHeaderSize: number, lenient: number) => void;
  readonly execute: (parser: NativeHttpParser, bytes: NativeBytes) => NativeParsed;
  readonly finish: (parser: NativeHttpParser) => NativeParsed;
  readonly pause: (parser: NativeHttpParser, paused: boolean) => void;
  readonly headersCompleted: (parser: NativeHttpParser) => boolean;
}
