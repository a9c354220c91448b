/** Any view of bytes; where a function says so, a bare buffer too. */
export type NativeBytes = ArrayBufferView | ArrayBuffer | SharedArrayBuffer;

/** A number of Node's encodings: the index into {@link NativeStringDecoder.encodings}. */
export type NativeEncoding = number;

type Slice = (view: ArrayBufferView, start?: number, end?: number) => string;
type Write = (view: ArrayBufferView, text: string, offset?: number, length?: number) => number;
type IsText = (bytes: NativeBytes) => boolean;

/** `internalBinding('buffer')`. */
export interface NativeBuffer {
  readonly byteLengthUtf8: (text: string) => number;
  readonly asciiSlice: Slice;
  readonly base64Slice: Slice;
  readonly base64urlSlice: Slice;
  readonly latin1Slice: Slice;
  readonly hexSlice: Slice;
  readonly ucs2Slice: Slice;
  readonly utf8Slice: Slice;
  readonly asciiWriteStatic: Write;
  readonly latin1WriteStatic: Write;
  readonly utf8WriteStatic: Write;
  readonly base64Write: Write;
  readonly base64urlWrite: Write;
  readonly hexWrite: Write;
  readonly ucs2Write: Write;
  readonly isUtf8: IsText;
  readonly isAscii: IsText;
  /** The text, or −1 (a single character remained) or −2 (an invalid character). */
  readonly atob: (text: string) => string | -1 | -2;
  /** The text, or −1 when a character is beyond Latin-1. */
  readonly btoa: (text: string) => string | -1;
  readonly compare: (a: NativeBytes, b: NativeBytes) => -1 | 0 | 1;
  readonly compareOffset: (
    source: NativeBytes,
    target: NativeBytes,
    targetStart: number,
    sourceStart: number,
    targetEnd: number,
    sourceEnd: number,
  ) => -1 | 0 | 1;
  readonly copy: (
    source: NativeBytes,
    target: NativeBytes,
    targetStart: number,
    sourceStart: number,
    count: number,
  ) => number;
  readonly copyArrayBuffer: (
    destination: NativeBytes,
    destinationOffset: number,
    source: NativeBytes,
    sourceOffset: number,
    count: number,
  ) => number;
  /** −2: out of bounds; −1: nothing to fill with. The encoding is a name or a number. */
  readonly fill: (
    view: ArrayBufferView,
    value: string | number | boolean | ArrayBufferView,
    start: number,
    end: number,
    encoding?: string | NativeEncoding,
  ) => -1 | -2 | undefined;
  readonly indexOfString: (
    bytes: NativeBytes,
    text: string,
    offset: number,
    encoding: NativeEncoding,
    forward: boolean,
    end?: number,
  ) => number;
  readonly indexOfBuffer: (
    bytes: NativeBytes,
    needle: NativeBytes,
    offset: number,
    encoding: NativeEncoding,
    forward: boolean,
    end?: number,
  ) => number;
  readonly indexOfNumber: (bytes: NativeBytes, byte: number, offset: number, forward: boolean, end?: number) => number;
  readonly swap16: (view: ArrayBufferView) => ArrayBufferView;
  readonly swap32: (view: ArrayBufferView) => ArrayBufferView;
  readonly swap64: (view: ArrayBufferView) => ArrayBufferView;
  /** Zeroed all the same: the process holds memory of others. */
  readonly createUnsafeArrayBuffer: (size: number) => ArrayBuffer;
  readonly setDetachKey: (buffer: ArrayBuffer, key: unknown) => void;
  readonly kMaxLength: number;
  readonly kStringMaxLength: number;
}

/** `internalBinding('encoding_binding')`, with the results of `encodeInto` in an array of the caller's. */
export interface NativeEncodingTopic {
  readonly encodeInto: (text: string, destination: Uint8Array, readAndWritten: Uint32Array) => void;
  readonly encodeUtf8String: (text: string) => Uint8Array;
  readonly decodeUTF8: (bytes: NativeBytes, ignoreBom?: boolean, fatal?: boolean) => string;
  /** windows-1252, which is what the label "latin1" means on the web. */
  readonly decodeLatin1: (bytes: NativeBytes) => string;
  /** UTF-16, least byte first, an odd byte at the end left out. Undefined where half a character is missing and that is fatal. */
  readonly decodeUtf16: (bytes: NativeBytes, length: number, fatal: boolean) => string | undefined;
  /** Bytes of UTF-16, least byte first; undefined of what is no UTF-8. */
  readonly utf8ToUtf16: (bytes: NativeBytes) => Uint8Array | undefined;
  readonly toUSVString: (value: unknown) => string;
}

/** `internalBinding('string_decoder')`. */
export interface NativeStringDecoder {
  readonly decode: (state: ArrayBufferView, piece: ArrayBufferView) => string;
  readonly flush: (state: ArrayBufferView) => string;
  readonly encodings: readonly string[];
  readonly kIncompleteCharactersStart: number;
  readonly kIncompleteCharactersEnd: number;
  readonly kMissingBytes: number;
  readonly kBufferedBytes: number;
  readonly kEncodingField: number;
  readonly kNumFields: number;
  readonly kSize: number;
}
