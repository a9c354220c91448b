import {
  createBrotliCompress,
  createBrotliDecompress,
  createGzip,
  createZstdCompress,
  createZstdDecompress,
} from "node:zlib";

/** A stream of Node's own `zlib` binding, as its library drives it. */
export interface NativeStream {
  onerror: (message: string, errno: number, code: string) => void;
  init(...args: readonly unknown[]): void;
  writeSync(
    flush: number,
    input: Uint8Array,
    inputOffset: number,
    inputLength: number,
    output: Uint8Array,
    outputOffset: number,
    outputLength: number,
  ): void;
  params(level: number, strategy: number): void;
  reset(): void;
  close(): void;
}

/** What makes one; the engines of zstd take no mode. */
export type NativeStreamClass = new (mode?: number) => NativeStream;

/** The classes of the binding by their names there. */
export type EngineName = "Zlib" | "BrotliEncoder" | "BrotliDecoder" | "ZstdCompress" | "ZstdDecompress";

const makers: Readonly<Record<EngineName, () => object>> = {
  Zlib: createGzip,
  BrotliEncoder: createBrotliCompress,
  BrotliDecoder: createBrotliDecompress,
  ZstdCompress: createZstdCompress,
  ZstdDecompress: createZstdDecompress,
};

const classes: Map<EngineName, NativeStreamClass> = new Map();

/** Whether there is a class of this name. */
export function isEngine(name: string): name is EngineName {
  return Object.hasOwn(makers, name);
}

/**
 * A class of the binding, taken from a stream of the public module: it alone stops where its output is full and says how
 * much of its input it has used, which Node's library in the guest asks of it. It is the one that this library expects,
 * since both are of one Node.
 */
export function engineClass(name: EngineName): NativeStreamClass {
  const known = classes.get(name);
  if (known !== undefined) return known;
  const stream = makers[name]() as { readonly _handle: NativeStream; destroy(): void };
  const found = stream._handle.constructor as NativeStreamClass;
  stream.destroy();
  classes.set(name, found);
  return found;
}
