import { ArrayPrototypePush } from "../past-prototypes.ts";
import { StringPrototypeToLowerCase, TypedArrayPrototypeGetLength } from "../primordial.ts";
import { encodeName, readName } from "./dns-names.ts";

const HEADER_BYTES = 12;
const INTERNET = 1;
const IS_REPLY = 0x80;
const IS_CUT = 2;
const WISHES_RECURSION = 1;
const CODE_MASK = 15;

/** One question, as it goes over the wire. */
export interface Question {
  readonly id: number;
  readonly name: string;
  readonly type: number;
}

/** One record of an answer: what it holds lies between `start` and `end` of the message. */
export interface WireRecord {
  readonly type: number;
  readonly ttl: number;
  readonly start: number;
  readonly end: number;
}

/** An answer to a question. */
export interface Reply {
  readonly message: Uint8Array;
  /** 0, or why there is none. */
  readonly code: number;
  /** Whether it did not fit into a datagram. */
  readonly isCut: boolean;
  readonly records: readonly WireRecord[];
}

/** The bytes of a question; `undefined` where its name is none. */
export function writeQuestion({ id, name, type }: Question): Uint8Array<ArrayBuffer> | undefined {
  const encoded = encodeName(name);
  if (encoded === undefined) return undefined;
  const bytes = new Uint8Array(HEADER_BYTES + encoded.length + 4);
  bytes[0] = id >> 8;
  bytes[1] = id;
  bytes[2] = WISHES_RECURSION;
  bytes[5] = 1;
  let at = HEADER_BYTES;
  for (let index = 0; index < encoded.length; index++) bytes[at++] = encoded[index] as number;
  bytes[at++] = type >> 8;
  bytes[at++] = type;
  bytes[at + 1] = INTERNET;
  return bytes;
}

/** The answer to a question; `undefined` of what is none, or the answer to another: nobody hears of that. */
export function readReply(message: Uint8Array, asked: Question): Reply | undefined {
  if (TypedArrayPrototypeGetLength(message) < HEADER_BYTES) return undefined;
  const flags = message[2] as number;
  if (word(message, 0) !== asked.id || (flags & IS_REPLY) === 0 || word(message, 4) !== 1) return undefined;
  const start = afterQuestion(message, asked);
  if (start === undefined) return undefined;
  const isCut = (flags & IS_CUT) !== 0;
  const records = isCut ? [] : readRecords(message, start, word(message, 6));
  return records && { message, code: (message[3] as number) & CODE_MASK, isCut, records };
}

/** Two bytes as a number. */
export function word(message: Uint8Array, at: number): number {
  return ((message[at] as number) << 8) | (message[at + 1] as number);
}

/** Four bytes as a number. */
export function long(message: Uint8Array, at: number): number {
  return word(message, at) * 65_536 + word(message, at + 2);
}

function afterQuestion(message: Uint8Array, asked: Question): number | undefined {
  const read = readName(message, HEADER_BYTES);
  const written = writeQuestion(asked);
  if (read === undefined || written === undefined) return undefined;
  const expected = readName(written, HEADER_BYTES);
  const isSame = StringPrototypeToLowerCase(read.name) === StringPrototypeToLowerCase(expected?.name ?? "");
  if (!isSame || read.next + 4 > TypedArrayPrototypeGetLength(message)) return undefined;
  return word(message, read.next) === asked.type && word(message, read.next + 2) === INTERNET
    ? read.next + 4
    : undefined;
}

function readRecords(message: Uint8Array, start: number, count: number): WireRecord[] | undefined {
  const records: WireRecord[] = [];
  const length = TypedArrayPrototypeGetLength(message);
  for (let at = start, left = count; left > 0; left--) {
    const fixed = readName(message, at)?.next;
    if (fixed === undefined || fixed + 10 > length) return undefined;
    const begin = fixed + 10;
    const end = begin + word(message, fixed + 8);
    if (end > length) return undefined;
    const record = { type: word(message, fixed), ttl: long(message, fixed + 4), start: begin, end };
    if (word(message, fixed + 2) === INTERNET) ArrayPrototypePush(records, record);
    at = end;
  }
  return records;
}
