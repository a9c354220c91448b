import { Buffer, type TranscodeEncoding, transcode } from "node:buffer";
import { TextDecoder } from "node:util";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { CellHandlers } from "./cell-handlers.ts";

/** A guest that opens decoders without end must not fill its cell: the oldest is closed. */
const DECODERS_MAX = 1024;

const transcodings: ReadonlySet<string> = new Set([
  "utf8",
  "utf-8",
  "ucs2",
  "ucs-2",
  "utf16le",
  "utf-16le",
  "latin1",
  "binary",
  "ascii",
]);

/** Text decoders of one guest, by the cell's ICU. */
export function createTextCalls(): Pick<CellHandlers, "text.openDecoder" | "text.decode" | "text.transcode"> {
  const decoders = new Map<number, TextDecoder>();
  let nextId = 0;
  return {
    "text.openDecoder": (encoding, fatal, ignoreBOM) => {
      const decoder = openDecoder(encoding, fatal, ignoreBOM);
      if (decoder === undefined) return -1;
      const id = nextId;
      nextId += 1;
      decoders.set(id, decoder);
      decoders.delete(id - DECODERS_MAX);
      return id;
    },
    "text.decode": (id, stream, input) => {
      const decoder = decoders.get(id);
      if (decoder === undefined) throw new CallFailure("EBADF");
      try {
        return decoder.decode(input, { stream });
      } catch {
        throw new CallFailure("EILSEQ");
      }
    },
    "text.transcode": (from, to, input) => {
      if (!isTranscoding(from) || !isTranscoding(to)) throw new CallFailure("EINVAL");
      try {
        return transcode(Buffer.from(input.buffer, input.byteOffset, input.byteLength), from, to);
      } catch {
        // What is wrong with the bytes is the guest's own fault.
        throw new CallFailure("EILSEQ");
      }
    },
  };
}

function openDecoder(encoding: string, fatal: boolean, ignoreBOM: boolean): TextDecoder | undefined {
  try {
    return new TextDecoder(encoding, { fatal, ignoreBOM });
  } catch {
    return undefined;
  }
}

function isTranscoding(encoding: string): encoding is TranscodeEncoding {
  return transcodings.has(encoding);
}
