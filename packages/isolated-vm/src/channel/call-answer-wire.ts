import type { CallAnswer } from "@vivarium/kernel";
import { readOutcome, writeOutcome } from "./outcome-wire.ts";
import { WireError } from "./protocol.ts";
import { readResult, writeScalar } from "./scalar.ts";
import { WireReader } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

const ANSWER = 1;
const WITHDRAWAL = 2;

/** The frame that takes a replica back from a cell; it may come where an answer is awaited, before that. */
export function encodeWithdrawal(writer: WireWriter): Buffer {
  return writer.begin(WITHDRAWAL).frame();
}

export const isWithdrawal = (body: Buffer): boolean => body.length === 1 && body[0] === WITHDRAWAL;

/** The frame of the answer to a synchronous call; valid until the writer begins another. */
export function encodeCallAnswer(writer: WireWriter, answer: CallAnswer): Buffer {
  writer.begin(ANSWER);
  writeCallAnswer(writer, answer);
  return writer.frame();
}

/** @throws {WireError} for anything but one whole answer. */
export function decodeCallAnswer(body: Buffer): CallAnswer {
  const reader = new WireReader(body);
  if (reader.u8() !== ANSWER) throw new WireError("An answer was expected");
  const answer = readCallAnswer(reader);
  reader.end();
  return answer;
}

const HAS_REASON = 1;
const HAS_PAYLOAD = 2;
const HAS_ENDED = 4;
const HAS_MORE = 8;
const ALL = HAS_REASON | HAS_PAYLOAD | HAS_ENDED | HAS_MORE;

/** Writes an answer: a scalar, and what of the rest there is. */
export function writeCallAnswer(writer: WireWriter, answer: CallAnswer): void {
  const { result, reason, payload, ended, more } = answer;
  writeScalar(writer, result);
  const rest =
    (reason === undefined ? 0 : HAS_REASON) |
    (payload === undefined ? 0 : HAS_PAYLOAD) |
    (ended === undefined ? 0 : HAS_ENDED) |
    (more === undefined ? 0 : HAS_MORE);
  writer.u8(rest);
  if (reason !== undefined) writer.string(reason);
  if (payload !== undefined) writer.bytes(payload);
  if (ended !== undefined) writeOutcome(writer, ended);
  if (more !== undefined) writer.u32(more);
}

/** Reads an answer; its payload is a view of the frame. */
export function readCallAnswer(reader: WireReader): CallAnswer {
  const result = readResult(reader);
  const rest = reader.u8();
  if (rest > ALL) throw new WireError("An answer has unknown parts");
  // What most answers have.
  if (rest === 0) return { result };
  if (rest === HAS_PAYLOAD) return { result, payload: reader.bytes() };
  return {
    result,
    ...(rest & HAS_REASON ? { reason: reader.string() } : {}),
    ...(rest & HAS_PAYLOAD ? { payload: reader.bytes() } : {}),
    ...(rest & HAS_ENDED ? { ended: readOutcome(reader) } : {}),
    ...(rest & HAS_MORE ? { more: reader.u32() } : {}),
  };
}
