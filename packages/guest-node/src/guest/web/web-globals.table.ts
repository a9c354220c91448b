/**
 * Names with blanks between them: what the global object of a `web` guest has: the built-ins of ECMAScript and of `Intl`, and WinterTC's Minimum Common Web
 * API, in its snapshot of 2025 (ECMA-429). Whatever else Node puts there goes.
 */
export const webGlobals: readonly string[] = [
  // ECMAScript: values and functions.
  "globalThis Infinity NaN undefined eval isFinite isNaN parseFloat parseInt decodeURI decodeURIComponent encodeURI",
  "encodeURIComponent escape unescape",
  // ECMAScript: constructors and namespaces.
  "AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date",
  "DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function Int16Array",
  "Int32Array Int8Array Intl Iterator JSON Map Math Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set",
  "SharedArrayBuffer String SuppressedError Symbol SyntaxError Temporal TypeError URIError Uint16Array Uint32Array Uint8Array",
  "Uint8ClampedArray WeakMap WeakRef WeakSet",
  // Interfaces of the Minimum Common Web API.
  "AbortController AbortSignal Blob ByteLengthQueuingStrategy CompressionStream CountQueuingStrategy Crypto CryptoKey",
  "CustomEvent DOMException DecompressionStream ErrorEvent Event EventTarget File FormData Headers MessageChannel",
  "MessageEvent MessagePort Performance PromiseRejectionEvent ReadableByteStreamController ReadableStream",
  "ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableStreamDefaultController ReadableStreamDefaultReader Request",
  "Response SubtleCrypto TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream",
  "TransformStreamDefaultController URL URLPattern URLSearchParams WebAssembly WritableStream",
  "WritableStreamDefaultController WritableStreamDefaultWriter",
  // Its methods and properties.
  "addEventListener dispatchEvent removeEventListener",
  "atob btoa clearInterval clearTimeout console crypto fetch navigator onerror onrejectionhandled onunhandledrejection",
  "performance queueMicrotask reportError self setInterval setTimeout structuredClone",
];

/** Names with blanks between them: the functions of the console namespace, as its standard has them. */
export const consoleFunctions: readonly string[] = [
  "assert clear debug error info log table trace warn dir dirxml count countReset group groupCollapsed groupEnd time timeLog",
  "timeEnd",
];
