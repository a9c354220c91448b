/** A program may replace these: the bundle keeps the ones that it found when it was loaded. */
export const capturedGlobals: readonly string[] = [
  "Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error FinalizationRegistry",
  "Float32Array Float64Array Function Int16Array Int32Array Int8Array JSON Map Math Number Object Promise Proxy",
  "RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TypeError URIError",
  "Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly",
  "decodeURIComponent encodeURIComponent isFinite isNaN parseFloat parseInt",
].flatMap((line) => line.split(" "));
