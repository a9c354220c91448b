import { bytesOf } from "../../bytes.ts";
import type { Binding, Guest } from "../../guest.ts";
import { TypedArrayPrototypeSlice } from "../../past-prototypes.ts";
import { WeakMapPrototypeGet, WeakMapPrototypeSet } from "../../primordial.ts";
import { createStreamEnds, ZlibStream } from "./zlib-stream.ts";

type Begin = (
  handle: object,
  engine: string,
  left: Uint32Array,
  onWritten: () => void,
  argsFor: (length?: number) => readonly unknown[],
  takesLength?: boolean,
) => void;
type HandleClass = new (mode?: number) => object;

/** Compression: the streams live in the kernel. */
export function zlibBinding(guest: Guest): Binding {
  const { Handle, begin } = handleClass(guest);
  return {
    __proto__: null,
    Zlib: zlibClass(Handle, begin),
    BrotliEncoder: class BrotliEncoder extends brotliClass(Handle, begin, "BrotliEncoder") {},
    BrotliDecoder: class BrotliDecoder extends brotliClass(Handle, begin, "BrotliDecoder") {},
    ZstdCompress: class ZstdCompress extends zstdClass(Handle, begin, "ZstdCompress") {},
    ZstdDecompress: class ZstdDecompress extends zstdClass(Handle, begin, "ZstdDecompress") {},
    crc32(data: string | ArrayBufferView, seed = 0) {
      const input = typeof data === "string" ? guest.native.encoding.encodeUtf8String(data) : bytesOf(data);
      return guest.calls.syncWithInput("zlib.crc32", input, seed);
    },
  };
}

/** What the handles of all engines have in common, and what readies one. */
function handleClass(guest: Guest): { readonly Handle: HandleClass; readonly begin: Begin } {
  const ends = createStreamEnds(guest);
  const streams = new WeakMap<object, ZlibStream>();
  const modes = new WeakMap<object, number>();
  const streamOf = (handle: object): ZlibStream => {
    const stream = WeakMapPrototypeGet(streams, handle);
    if (stream === undefined) throw new TypeError("Illegal invocation");
    return stream;
  };

  class Handle {
    constructor(mode?: number) {
      WeakMapPrototypeSet(modes, this, mode ?? 0);
      WeakMapPrototypeSet(streams, this, new ZlibStream(guest, this, ends));
    }

    write(...args: Parameters<ZlibStream["write"]>): void {
      streamOf(this).write(args[0], args[1], args[2], args[3], args[4], args[5], args[6]);
    }

    writeSync(...args: Parameters<ZlibStream["write"]>): void {
      streamOf(this).writeSync(args[0], args[1], args[2], args[3], args[4], args[5], args[6]);
    }

    params(level: number, strategy: number): void {
      streamOf(this).params(level, strategy);
    }

    reset(): void {
      streamOf(this).reset();
    }

    close(): void {
      streamOf(this).close();
    }
  }
  guest.wraps.dress(Handle.prototype);

  const begin: Begin = (handle, engine, left, onWritten, argsFor, takesLength = false) => {
    const mode = WeakMapPrototypeGet(modes, handle) ?? 0;
    streamOf(handle).open({ engine, mode, argsFor, takesLength }, left, onWritten);
  };
  return { Handle, begin };
}

function zlibClass(Handle: HandleClass, begin: Begin): HandleClass {
  return class Zlib extends Handle {
    init(
      windowBits: number,
      level: number,
      memLevel: number,
      strategy: number,
      left: Uint32Array,
      onWritten: () => void,
      dictionary: ArrayBufferView | undefined,
      rejects: boolean,
    ): void {
      const args = [windowBits, level, memLevel, strategy, bytes(dictionary), rejects === true];
      begin(this, "Zlib", left, onWritten, () => args);
    }
  };
}

function brotliClass(Handle: HandleClass, begin: Begin, engine: string): HandleClass {
  return class extends Handle {
    init(parameters: Uint32Array, left: Uint32Array, onWritten: () => void, dictionary?: ArrayBufferView): void {
      begin(this, engine, left, onWritten, () => [parameters, bytes(dictionary)]);
    }
  };
}

function zstdClass(Handle: HandleClass, begin: Begin, engine: string): HandleClass {
  return class extends Handle {
    init(
      parameters: Uint32Array,
      pledged: number | undefined,
      left: Uint32Array,
      onWritten: () => void,
      dictionary?: ArrayBufferView,
    ): void {
      // The library uses its array again, and the program its dictionary.
      const own = new Uint32Array(parameters);
      const known = dictionary && TypedArrayPrototypeSlice(bytesOf(dictionary));
      const argsFor = (length = pledged): readonly unknown[] => [own, length, known];
      begin(this, engine, left, onWritten, argsFor, engine === "ZstdCompress" && pledged === undefined);
    }
  };
}

function bytes(view: ArrayBufferView | undefined): Uint8Array | undefined {
  return view === undefined || view === null ? undefined : bytesOf(view);
}
