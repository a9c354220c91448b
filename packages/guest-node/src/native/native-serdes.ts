import type { NativeBytes } from "./native-buffer.ts";

/** Opaque. */
export type NativeSerializer = object & { readonly __nativeSerializer?: never };
/** Opaque. */
export type NativeDeserializer = object & { readonly __nativeDeserializer?: never };

/** Functions are looked up when needed and called with the delegate as `this`. */
export interface NativeSerializerDelegate {
  /** Makes the error that is thrown; without it a plain Error. */
  readonly dataCloneError?: (message: string) => unknown;
  readonly writeHostObject?: (object: object) => void;
  readonly getSharedArrayBufferId?: (buffer: SharedArrayBuffer) => number;
  readonly getWasmModuleId?: (module: object) => number;
}

export interface NativeDeserializerDelegate {
  readonly readHostObject?: () => object;
  readonly getSharedArrayBuffer?: (id: number) => SharedArrayBuffer;
  readonly getWasmModule?: (id: number) => object;
}

/** A cloned value between writing and reading: bytes and what travels by reference inside the isolate. */
export interface NativeMessage {
  readonly bytes: Uint8Array;
  readonly arrayBuffers: readonly ArrayBuffer[];
  readonly sharedArrayBuffers: readonly SharedArrayBuffer[];
  readonly wasmModules: readonly object[];
}

export interface NativeMessageWriter {
  readonly dataCloneError?: (message: string) => unknown;
  /** A number that `readHostObject` understands. */
  readonly writeHostObject?: (object: object) => number;
}

export interface NativeMessageReader {
  readonly readHostObject?: (id: number) => object;
}

/** V8's structured clone. */
export interface NativeSerdes {
  readonly createSerializer: (delegate: NativeSerializerDelegate) => NativeSerializer;
  readonly writeHeader: (serializer: NativeSerializer) => void;
  readonly writeValue: (serializer: NativeSerializer, value: unknown) => boolean;
  readonly releaseBuffer: (serializer: NativeSerializer) => Uint8Array;
  readonly transferArrayBuffer: (
    serializerOrDeserializer: NativeSerializer | NativeDeserializer,
    id: number,
    buffer: ArrayBuffer | SharedArrayBuffer,
  ) => void;
  readonly writeUint32: (serializer: NativeSerializer, value: number) => void;
  readonly writeUint64: (serializer: NativeSerializer, high: number, low: number) => void;
  readonly writeDouble: (serializer: NativeSerializer, value: number) => void;
  readonly writeRawBytes: (serializer: NativeSerializer, bytes: NativeBytes) => void;
  readonly setTreatArrayBufferViewsAsHostObjects: (serializer: NativeSerializer, mode: boolean) => void;

  /** The bytes are copied. */
  readonly createDeserializer: (bytes: NativeBytes, delegate: NativeDeserializerDelegate) => NativeDeserializer;
  readonly readHeader: (deserializer: NativeDeserializer) => boolean;
  /** Only after a header was read. */
  readonly readValue: (deserializer: NativeDeserializer) => unknown;
  readonly getWireFormatVersion: (deserializer: NativeDeserializer) => number;
  readonly readUint32: (deserializer: NativeDeserializer) => number;
  /** `[high, low]`. */
  readonly readUint64: (deserializer: NativeDeserializer) => [number, number];
  readonly readDouble: (deserializer: NativeDeserializer) => number;
  /** The offset of the bytes in what was given; the position moves behind them. */
  readonly readRawBytes: (deserializer: NativeDeserializer, length: number) => number;

  /**
   * Clones for `structuredClone()` and message channels: objects under the private symbol
   * `transfer_mode_private_symbol` are host objects; the ArrayBuffers of `transfer` are detached and move.
   */
  readonly writeMessage: (
    value: unknown,
    transfer: readonly ArrayBuffer[],
    writer: NativeMessageWriter,
  ) => NativeMessage;
  /** Reads into the caller's context, or into that of a contextified object. */
  readonly readMessage: (message: NativeMessage, reader: NativeMessageReader, contextified?: object) => unknown;
}
