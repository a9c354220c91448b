import { crc32 } from "node:zlib";
import { decodeInert } from "@vivarium/core";
import type { CellHandlers } from "../cell/cell-handlers.ts";
import { KeptThings } from "../modules/kept-things.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { CompressionStream } from "./compression-stream.ts";
import { isEngine } from "./engines.ts";
import { streamBeginning } from "./stream-beginnings.ts";

/** Streams that a guest has open at a time, and what they may take together, by estimate: it lies outside of its isolate. */
const MOST_STREAMS = 4_096;
const MOST_BYTES = 512 * 1024 * 1024;
/** Of a dictionary, and whatever else a stream begins with. */
const MOST_BEGINNING_BYTES = 64 * 1024 * 1024;

interface OpenStream {
  readonly stream: CompressionStream;
  readonly bytes: number;
}

/** Compression for one guest, and the end of it. */
export interface CompressionCalls {
  readonly calls: Pick<
    CellHandlers,
    "zlib.open" | "zlib.write" | "zlib.params" | "zlib.reset" | "zlib.close" | "zlib.crc32"
  >;
  /** Frees what is open. Idempotent. */
  dispose(): void;
}

export function createCompressionCalls(): CompressionCalls {
  const streams = new KeptThings<OpenStream>(MOST_STREAMS);
  let openBytes = 0;
  const find = (number: number): CompressionStream => {
    const open = streams.get(number);
    if (open === undefined) throw new CallFailure("EBADF");
    return open.stream;
  };
  return {
    calls: {
      "zlib.open": (engine, mode, input) => {
        if (!isEngine(engine)) throw new CallFailure("EINVAL");
        const { args, bytes } = streamBeginning(engine, mode, readBeginning(input));
        if (openBytes + bytes > MOST_BYTES) throw new CallFailure("EMFILE");
        const number = streams.keep({ stream: new CompressionStream(engine, mode, args), bytes });
        if (number === undefined) throw new CallFailure("EMFILE");
        openBytes += bytes;
        return number;
      },
      "zlib.write": (number, flush, room, input) => find(number).write(flush, room, input),
      "zlib.params": (number, level, strategy) => {
        find(number).params(level, strategy);
        return undefined;
      },
      "zlib.reset": (number) => {
        find(number).reset();
        return undefined;
      },
      "zlib.close": (number) => {
        const open = streams.take(number);
        openBytes -= open?.bytes ?? 0;
        open?.stream.close();
        return undefined;
      },
      "zlib.crc32": (seed, input) => {
        if (seed < 0 || seed > 0xffff_ffff) throw new CallFailure("EINVAL");
        return crc32(input, seed);
      },
    },
    dispose() {
      openBytes = 0;
      for (const { stream } of streams.takeAll()) stream.close();
    },
  };
}

function readBeginning(input: Uint8Array): readonly unknown[] {
  if (input.byteLength > MOST_BEGINNING_BYTES) throw new CallFailure("EINVAL");
  try {
    const given = decodeInert(input);
    if (Array.isArray(given)) return given;
  } catch {
    // Nothing that a guest of ours sends.
  }
  throw new CallFailure("EINVAL");
}
