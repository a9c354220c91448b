import { formatIp } from "../network/ip-address.ts";
import { ArrayPrototypePush, setOwn, TypedArrayPrototypeSlice, withoutPrototype } from "../past-prototypes.ts";
import { StringFromCharCode, TypedArrayPrototypeGetBuffer } from "../primordial.ts";
import { long, type Reply, type WireRecord, word } from "./dns-message.ts";
import { readName } from "./dns-names.ts";
import { dnsTypes } from "./dns-types.table.ts";

type Fields = Record<string, unknown>;
/** What a record holds; `undefined` where it holds something else. */
type Reader = (message: Uint8Array, record: WireRecord) => unknown;

const V4_BYTES = 4;
const V6_BYTES = 16;

/** The records of an answer, as `dns` tells them; `undefined` where one of them cannot be read. */
export function recordsOf(type: string, reply: Reply): readonly unknown[] | Fields | undefined {
  if (type === "ANY") return allRecords(reply);
  const found = readAll(type, reply);
  return type === "SOA" && found !== undefined && found.length > 0 ? (found[0] as Fields) : found;
}

/** Of each what it is, in the order in which Node tells them. */
function allRecords(reply: Reply): readonly unknown[] | undefined {
  const all: unknown[] = [];
  for (let index = 0; index < order.length; index++) {
    const type = order[index] as string;
    const found = readAll(type, reply);
    if (found === undefined) return undefined;
    // As Node has it: an address beside another name is that of the other name.
    if (type === "CNAME" && found.length > 0) all.length = 0;
    for (let at = 0; at < found.length; at++) {
      const value = found[at];
      const fields: Fields =
        type === "TXT" ? { entries: value } : typeof value === "string" ? { value } : (value as Fields);
      setOwn(fields, "type", type);
      ArrayPrototypePush(all, fields);
    }
  }
  return all;
}

function readAll(type: string, reply: Reply): unknown[] | undefined {
  const found: unknown[] = [];
  const read = readers[type];
  for (let index = 0; index < reply.records.length; index++) {
    const record = reply.records[index] as WireRecord;
    if (read === undefined || record.type !== dnsTypes[type]) continue;
    const value = read(reply.message, record);
    if (value === undefined) return undefined;
    ArrayPrototypePush(found, value);
  }
  return found;
}

function address(length: number): Reader {
  return (message, { start, end, ttl }) => {
    if (end - start !== length) return undefined;
    const bytes: number[] = [];
    for (let at = start; at < end; at++) ArrayPrototypePush(bytes, message[at] as number);
    return { address: formatIp(bytes), ttl };
  };
}

const nameOnly: Reader = (message, { start }) => readName(message, start)?.name;

/** The name after `skipped` bytes of numbers. */
function nameAfter(skipped: number, fields: (message: Uint8Array, start: number, name: string) => Fields): Reader {
  return (message, { start, end }) => {
    if (end - start <= skipped) return undefined;
    const name = readName(message, start + skipped)?.name;
    return name === undefined ? undefined : fields(message, start, name);
  };
}

function readSoa(message: Uint8Array, { start, end }: WireRecord): Fields | undefined {
  const server = readName(message, start);
  const master = server && readName(message, server.next);
  if (server === undefined || master === undefined || master.next + 20 > end) return undefined;
  const at = master.next;
  return {
    nsname: server.name,
    hostmaster: master.name,
    serial: long(message, at),
    refresh: long(message, at + 4),
    retry: long(message, at + 8),
    expire: long(message, at + 12),
    minttl: long(message, at + 16),
  };
}

function readNaptr(message: Uint8Array, { start, end }: WireRecord): Fields | undefined {
  const texts = readTexts(message, start + 4, end, 3);
  if (texts === undefined || texts.parts.length !== 3) return undefined;
  const replacement = readName(message, texts.next)?.name;
  if (replacement === undefined) return undefined;
  return {
    flags: texts.parts[0],
    service: texts.parts[1],
    regexp: texts.parts[2],
    replacement,
    order: word(message, start),
    preference: word(message, start + 2),
  };
}

function readCaa(message: Uint8Array, { start, end }: WireRecord): Fields | undefined {
  const tag = readTexts(message, start + 1, end, 1);
  if (tag?.parts.length !== 1) return undefined;
  const fields = { critical: message[start], type: "CAA" };
  setOwn(fields, tag.parts[0] as string, textBetween(message, tag.next, end));
  return fields;
}

function readTlsa(message: Uint8Array, { start, end }: WireRecord): Fields | undefined {
  if (end - start < 3) return undefined;
  const data = TypedArrayPrototypeGetBuffer(TypedArrayPrototypeSlice(message, start + 3, end));
  return { certUsage: message[start], selector: message[start + 1], match: message[start + 2], data };
}

interface Texts {
  readonly parts: readonly string[];
  readonly next: number;
}

/** Texts that say how long they are, up to `end` or so many. */
function readTexts(message: Uint8Array, start: number, end: number, most = end): Texts | undefined {
  const parts: string[] = [];
  let at = start;
  while (at < end && parts.length < most) {
    const next = at + 1 + (message[at] as number);
    if (next > end) return undefined;
    ArrayPrototypePush(parts, textBetween(message, at + 1, next));
    at = next;
  }
  return { parts, next: at };
}

function textBetween(message: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += StringFromCharCode(message[at] as number);
  return text;
}

const readers: Readonly<Record<string, Reader>> = withoutPrototype({
  A: address(V4_BYTES),
  AAAA: address(V6_BYTES),
  CNAME: nameOnly,
  NS: nameOnly,
  PTR: nameOnly,
  SOA: readSoa,
  NAPTR: readNaptr,
  CAA: readCaa,
  TLSA: readTlsa,
  MX: nameAfter(2, (message, start, exchange) => ({
    exchange,
    priority: word(message, start),
    type: "MX",
  })),
  SRV: nameAfter(6, (message, start, name) => ({
    name,
    port: word(message, start + 4),
    priority: word(message, start),
    weight: word(message, start + 2),
    type: "SRV",
  })),
  TXT: (message, { start, end }) => readTexts(message, start, end)?.parts,
});

const order: readonly string[] = ["A", "CNAME", "AAAA", "MX", "NS", "TXT", "SRV", "PTR", "NAPTR", "SOA", "CAA", "TLSA"];
