/**
 * What the native helper puts on its target object: one null-prototype object per topic. Names and arguments are those
 * of Node's `internalBinding(...)` where Node's JavaScript dictates them, so that a guest's binding can hand the
 * function on as it is.
 *
 * A wrong argument throws; it never crashes. Functions do not depend on `this` and are no constructors.
 */
import type { NativeContextify } from "./native-contextify.ts";
import type { NativeModuleWrap } from "./native-module-wrap.ts";
import type { NativeSerdes } from "./native-serdes.ts";

/** Any view of bytes; where a function says so, a bare buffer too. */
export type NativeBytes = ArrayBufferView | ArrayBuffer | SharedArrayBuffer;

/** A number of Node's encodings: the index into {@link NativeStringDecoder.encodings}. */
export type NativeEncoding = number;

export interface NativeHelper {
  readonly types: NativeTypes;
  readonly util: NativeUtil;
  readonly extras: NativeExtras;
  readonly microtasks: NativeMicrotasks;
  readonly errors: NativeErrors;
  readonly buffer: NativeBuffer;
  readonly encoding: NativeEncodingTopic;
  readonly stringDecoder: NativeStringDecoder;
  readonly contextify: NativeContextify;
  readonly moduleWrap: NativeModuleWrap;
  readonly serdes: NativeSerdes;
  readonly heap: NativeHeap;
  readonly control: NativeControl;
}

type Predicate = (value: unknown) => boolean;

/** The predicates of `internalBinding('types')`, and a few that `internalBinding('util')` repeats. */
export interface NativeTypes {
  readonly isExternal: Predicate;
  readonly isDate: Predicate;
  readonly isArgumentsObject: Predicate;
  readonly isBigIntObject: Predicate;
  readonly isBooleanObject: Predicate;
  readonly isNumberObject: Predicate;
  readonly isStringObject: Predicate;
  readonly isSymbolObject: Predicate;
  readonly isBoxedPrimitive: Predicate;
  readonly isNativeError: Predicate;
  readonly isRegExp: Predicate;
  readonly isAsyncFunction: Predicate;
  readonly isGeneratorFunction: Predicate;
  readonly isGeneratorObject: Predicate;
  readonly isPromise: Predicate;
  readonly isMap: Predicate;
  readonly isSet: Predicate;
  readonly isMapIterator: Predicate;
  readonly isSetIterator: Predicate;
  readonly isWeakMap: Predicate;
  readonly isWeakSet: Predicate;
  readonly isArrayBuffer: Predicate;
  readonly isArrayBufferView: Predicate;
  readonly isTypedArray: Predicate;
  readonly isUint8Array: Predicate;
  readonly isDataView: Predicate;
  readonly isSharedArrayBuffer: Predicate;
  readonly isAnyArrayBuffer: Predicate;
  readonly isProxy: Predicate;
  readonly isModuleNamespaceObject: Predicate;
  readonly isWasmModuleObject: Predicate;
  readonly isWasmMemoryObject: Predicate;
}

export interface NativeCallSite {
  readonly functionName: string;
  readonly scriptId: string;
  readonly scriptName: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
  readonly column: number;
}

export interface NativeUtil {
  /** `[state]` while pending, then `[state, result]`; undefined for what is no promise. */
  readonly getPromiseDetails: (promise: unknown) => [number] | [number, unknown] | undefined;
  readonly markPromiseAsHandled: (promise: unknown) => void;
  /** `[target, handler]`, or the target alone when the second argument is given and not true. */
  readonly getProxyDetails: (proxy: unknown, both?: boolean) => unknown;
  /** The entries; with a second argument `[entries, isKeyValue]`. */
  readonly previewEntries: (collection: unknown, detailed?: boolean) => unknown[] | undefined;
  readonly getOwnNonIndexProperties: (object: object, filter: number) => PropertyKey[];
  readonly getConstructorName: (object: object) => string;
  /** Always `0n`: addresses are no business of a guest's. */
  readonly getExternalValue: (external: unknown) => bigint;
  readonly isConstructor: Predicate;
  readonly arrayBufferViewHasBuffer: Predicate;
  readonly isArrayBufferDetached: Predicate;
  /** The frames above the caller's caller; from 1 to 200. */
  readonly getCallSites: (frames: number) => NativeCallSite[];
  /** `[line, column, file]` of the caller's caller. */
  readonly getCallerLocation: () => [number, number, string] | undefined;
  readonly isInsideNodeModules: (frameLimit?: number) => boolean;
  /**
   * A symbol that works as a property key but is invisible to proxies and enumeration. The same name gives the same
   * symbol in the whole isolate. Names that the helper itself uses: `arrow_message_private_symbol`,
   * `decorated_private_symbol`, `host_defined_option_symbol`, `contextify_context_private_symbol`,
   * `transfer_mode_private_symbol`.
   */
  readonly createPrivateSymbol: (name: string) => symbol;
  /** Data properties that become `require(id)[key]` when they are first read. */
  readonly defineLazyProperties: (
    target: object,
    id: string,
    keys: readonly PropertyKey[],
    enumerable: boolean,
    require: (id: string) => unknown,
  ) => void;
  readonly kPending: number;
  readonly kFulfilled: number;
  readonly kRejected: number;
  readonly ALL_PROPERTIES: number;
  readonly ONLY_WRITABLE: number;
  readonly ONLY_ENUMERABLE: number;
  readonly ONLY_CONFIGURABLE: number;
  readonly SKIP_STRINGS: number;
  readonly SKIP_SYMBOLS: number;
}

/** V8's slot that follows every await: what `AsyncLocalStorage` lives in. */
export interface NativeExtras {
  readonly getContinuationPreservedEmbedderData: () => unknown;
  readonly setContinuationPreservedEmbedderData: (data: unknown) => void;
}

type PromiseHook = ((promise: Promise<unknown>, parent?: Promise<unknown>) => void) | undefined;

export interface NativeMicrotasks {
  /** Runs all microtasks, also from within a call of the host. */
  readonly performCheckpoint: () => void;
  readonly enqueueMicrotask: (callback: () => void) => void;
  /** Microtasks then run at checkpoints alone; `false` gives V8's default back. */
  readonly setPolicyExplicit: (explicit?: boolean) => void;
  /** Replaces isolated-vm's own handling of unhandled rejections. */
  readonly setPromiseRejectCallback: (
    callback: (type: number, promise: Promise<unknown>, reason: unknown) => void,
  ) => void;
  readonly setPromiseHooks: (
    init?: PromiseHook,
    before?: PromiseHook,
    after?: PromiseHook,
    settled?: PromiseHook,
  ) => void;
  readonly kPromiseRejectWithNoHandler: number;
  readonly kPromiseHandlerAddedAfterReject: number;
  readonly kPromiseRejectAfterResolved: number;
  readonly kPromiseResolveAfterResolved: number;
}

/** Where an error was born. Columns count from 0. */
export interface NativeErrorSource {
  readonly sourceLine: string | undefined;
  readonly scriptResourceName: unknown;
  readonly lineNumber: number;
  readonly startColumn: number;
  readonly endColumn: number;
}

export interface NativeErrors {
  readonly setPrepareStackTraceCallback: (
    callback: (global: object, error: unknown, trace: unknown[]) => unknown,
  ) => void;
  /** Told of what nothing caught: thrown in a microtask or a finalizer. Without it such errors are dropped. */
  readonly setUncaughtCallback: (callback: (error: unknown) => void) => void;
  /** Nothing when the callback returns, else what it threw and the arrow message of the place that threw it. */
  readonly callCatching: (callback: () => void) => [error: unknown, arrow: string | undefined] | undefined;
  readonly getErrorSourcePositions: (error: unknown) => NativeErrorSource;
  /** `"file:line\nsource\n  ^^^\n"`, or undefined where there is no source. */
  readonly getArrowMessage: (error: unknown) => string | undefined;
  /** Puts the arrow message on the error, under its private symbol, unless one is there. */
  readonly setArrowMessage: (error: unknown) => void;
  readonly noSideEffectsToString: (value: unknown) => string;
}

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

/** Statistics are written into the Float64Array given: the constants are the indices. */
export interface NativeHeap {
  /** 14 numbers. */
  readonly updateHeapStatistics: (out: Float64Array) => void;
  readonly heapSpaces: () => string[];
  /** 4 numbers of the space with that index in {@link heapSpaces}. */
  readonly updateHeapSpaceStatistics: (out: Float64Array, space: number) => void;
  /** 4 numbers. */
  readonly updateHeapCodeStatistics: (out: Float64Array) => void;
  /** A full garbage collection. */
  readonly collect: () => void;
  readonly isStringOneByteRepresentation: (text: string) => boolean;
  /** Always throws `ERR_ACCESS_DENIED`. */
  readonly setFlagsFromString: (flags: string) => never;
  readonly cachedDataVersionTag: () => number;
  readonly kTotalHeapSizeIndex: number;
  readonly kTotalHeapSizeExecutableIndex: number;
  readonly kTotalPhysicalSizeIndex: number;
  readonly kTotalAvailableSize: number;
  readonly kUsedHeapSizeIndex: number;
  readonly kHeapSizeLimitIndex: number;
  readonly kMallocedMemoryIndex: number;
  readonly kPeakMallocedMemoryIndex: number;
  readonly kDoesZapGarbageIndex: number;
  readonly kNumberOfNativeContextsIndex: number;
  readonly kNumberOfDetachedContextsIndex: number;
  readonly kTotalGlobalHandlesSizeIndex: number;
  readonly kUsedGlobalHandlesSizeIndex: number;
  readonly kExternalMemoryIndex: number;
  readonly kSpaceSizeIndex: number;
  readonly kSpaceUsedSizeIndex: number;
  readonly kSpaceAvailableSizeIndex: number;
  readonly kPhysicalSpaceSizeIndex: number;
  readonly kCodeAndMetadataSizeIndex: number;
  readonly kBytecodeAndMetadataSizeIndex: number;
  readonly kExternalScriptSourceSizeIndex: number;
  readonly kCPUProfilerMetaDataSizeIndex: number;
}

export interface NativeControl {
  /** Unwinds every frame of the guest; nothing of the guest can catch it. */
  readonly terminate: () => void;
  readonly isTerminating: () => boolean;
}
