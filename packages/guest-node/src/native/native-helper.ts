/**
 * What the native helper puts on its target object: one null-prototype object per topic. Names and arguments are those
 * of Node's `internalBinding(...)` where Node's JavaScript dictates them, so that a guest's binding can hand the
 * function on as it is.
 *
 * A wrong argument throws; it never crashes. Functions do not depend on `this` and are no constructors.
 */
import type { NativeBuffer, NativeEncodingTopic, NativeStringDecoder } from "./native-buffer.ts";
import type { NativeContextify } from "./native-contextify.ts";
import type { NativeHeap } from "./native-heap.ts";
import type { NativeHttpParsers } from "./native-http-parser.ts";
import type { NativeHttp2 } from "./native-http2.ts";
import type { NativeModuleWrap } from "./native-module-wrap.ts";
import type { NativeSerdes } from "./native-serdes.ts";
import type { NativeTypes, Predicate } from "./native-types.ts";

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
  readonly httpParser: NativeHttpParsers;
  readonly http2: NativeHttp2;
  readonly heap: NativeHeap;
  readonly control: NativeControl;
  readonly stack: NativeStack;
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
  /** A value that `isExternal` knows, with a whole number below 2^32 where Node's have an address. */
  readonly makeExternal: (number: number) => object;
  /** The number of one that `makeExternal` made; `0n` of anything else: addresses are no business of a guest's. */
  readonly getExternalValue: (external: unknown) => bigint;
  readonly isConstructor: Predicate;
  readonly arrayBufferViewHasBuffer: Predicate;
  readonly isArrayBufferDetached: Predicate;
  /** Whether two buffers are of the same shared memory. */
  readonly isSameSharedMemory: (one: unknown, other: unknown) => boolean;
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
  /**
   * A function to put in the stead of one of V8's or of Node's: of the same realm, with its name and length, and without
   * a source to show (`function name() { [native code] }`). `answer` is called with what it was called on, or with
   * `new.target` where the original constructs, and then with the arguments.
   */
  readonly replace: <Original extends Function>(
    original: Original,
    answer: (receiver: never, ...args: never[]) => unknown,
  ) => Original;
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

/** Called with the promise and, at its birth, its parent. */
type PromiseHook = ((...args: never[]) => unknown) | undefined;

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

/** One frame of a stack: the part of V8's CallSite that is needed. */
export interface NativeCallSite {
  getFileName(): string | null | undefined;
}

export interface NativeErrors {
  readonly setPrepareStackTraceCallback: (
    callback: (global: object, error: unknown, trace: readonly NativeCallSite[]) => unknown,
  ) => void;
  /** Told of what nothing caught: thrown in a microtask or a finalizer. Without it such errors are dropped. */
  readonly setUncaughtCallback: (callback: (error: unknown) => void) => void;
  /**
   * Nothing when the callback returns, else what it threw and the arrow message of the place that threw it: empty for a
   * place that is not to be shown.
   */
  readonly callCatching: (callback: () => void) => [error: unknown, arrow: string | undefined] | undefined;
  readonly getErrorSourcePositions: (error: unknown) => NativeErrorSource;
  /** `"file:line\nsource\n  ^^^\n"`, or undefined where there is no source. */
  readonly getArrowMessage: (error: unknown) => string | undefined;
  /** Puts the arrow message on the error, under its private symbol, unless one is there. */
  readonly setArrowMessage: (error: unknown) => void;
  readonly noSideEffectsToString: (value: unknown) => string;
}

export interface NativeControl {
  /** Unwinds every frame of the guest; nothing of the guest can catch it. */
  readonly terminate: () => void;
  /** From here to {@link terminate}, no limit of a script of its own stops the guest; false when one is doing so. */
  readonly beginEnd: () => boolean;
  /** SIGINT: stops the innermost script that was run with `breakOnSigint`; answers whether there is one. */
  readonly interruptScript: () => boolean;
  readonly isTerminating: () => boolean;
  /** Gives this context's `Math.random` a seed of its own where the process is a copy of another. */
  readonly seedRandom: () => void;
}

export interface NativeStack {
  /**
   * For as long as this entry into the guest lasts, ends the guest's stack well before that of the isolate which serves
   * its system calls on the same thread: however deep a program calls, there is room for them.
   */
  readonly keepRoom: () => void;
}
