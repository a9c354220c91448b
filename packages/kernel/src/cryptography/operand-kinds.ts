import { isAnyArrayBuffer } from "node:util/types";
import { tooLarge } from "./crypto-failure.ts";
import { type NativeCrypto, type NativeObject, nativeNumber } from "./native-crypto.ts";

/** Bytes that a guest is given at once. */
export const MOST_ROOM: number = 64 * 1024 * 1024;

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const UINT32_MAX = 2 ** 32 - 1;

/**
 * What an operand of an operation may be: names of kinds, parted by `|`; `?` behind them: or undefined, `~`: or null or
 * undefined. `1..127` is a whole number from one
 * to the other; after `=` come texts that it may be, parted by commas. Node's binding ends its process for operands of a kind that its library never hands over.
 */
export type OperandKinds = string;

const TICKET_KEYS_BYTES = 48;
/** Versions of TLS by OpenSSL's numbers; 0: any. */
const versions: ReadonlySet<unknown> = new Set([0, 0x301, 0x302, 0x303, 0x304]);

type Test = (value: unknown, native: NativeCrypto) => boolean;

const isWhole = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most && !Object.is(value, -0);

const tests: Readonly<Record<string, Test>> = {
  text: (value) => typeof value === "string",
  null: (value) => value === null,
  flag: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  int: (value) => isWhole(value, INT32_MIN, INT32_MAX),
  uint: (value) => isWhole(value, 0, UINT32_MAX),
  /** Bytes of a result: how many there may be, {@link assertRoom} says. */
  room: (value) => isWhole(value, 0, UINT32_MAX),
  bytes: (value) => ArrayBuffer.isView(value) || isAnyArrayBuffer(value),
  /** A JSON web key. */
  record: (value) => typeof value === "object" && value !== null && Object.getPrototypeOf(value) === null,
  secret: (value, native) => keyTypeOf(value, native) === nativeNumber(native, "kKeyTypeSecret"),
  public: (value, native) => keyTypeOf(value, native) === nativeNumber(native, "kKeyTypePublic"),
  private: (value, native) => keyTypeOf(value, native) === nativeNumber(native, "kKeyTypePrivate"),
  context: (value, native) => isInstance(value, native, "SecureContext"),
  protocols: (value) => value instanceof Uint8Array && isProtocolList(value),
  version: (value) => versions.has(value),
  ticketKeys: (value) => ArrayBuffer.isView(value) && value.byteLength === TICKET_KEYS_BYTES,
  hash: (value, native) => isInstance(value, native, "Hash"),
  certificate: (value) => typeof value === "object" && value !== null && "checkIssued" in value,
};

/** Names of protocols as a message of TLS has them: each behind its length, none empty. */
function isProtocolList(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    if (length === 0) return false;
    at += 1 + length;
  }
  return at === bytes.length && at <= 65_535;
}

/** @throws {CryptoRefusal} for more bytes of a result than a guest is given at once */
export function assertRoom(value: unknown, kinds: OperandKinds): void {
  if (kinds.startsWith("room") && Number(value) > MOST_ROOM) throw tooLarge("length", MOST_ROOM);
}

const parsed: Map<OperandKinds, Test> = new Map();

/** Whether an operand is of one of the kinds. */
export function isOfKind(value: unknown, kinds: OperandKinds, native: NativeCrypto): boolean {
  const test = parsed.get(kinds) ?? parse(kinds);
  parsed.set(kinds, test);
  return test(value, native);
}

function parse(kinds: OperandKinds): Test {
  if (kinds.startsWith("=")) {
    const texts: ReadonlySet<unknown> = new Set(kinds.slice(1).split(","));
    return (value) => texts.has(value);
  }
  const last = kinds.at(-1);
  const names = last === "?" || last === "~" ? kinds.slice(0, -1) : kinds;
  const either = names.split("|").map((name) => tests[name] ?? rangeTest(name));
  return (value, native) => {
    if (value === undefined) return last === "?" || last === "~";
    if (value === null && last === "~") return true;
    return either.some((test) => test(value, native));
  };
}

function rangeTest(name: string): Test {
  const [least = Number.NaN, most = Number.NaN] = name.split("..").map(Number);
  return (value) => isWhole(value, least, most);
}

/** The type of a key, or `undefined` for what is none. */
export function keyTypeOf(value: unknown, native: NativeCrypto): number | undefined {
  if (!isInstance(value, native, "KeyObjectHandle")) return undefined;
  return (value as { getKeyType(): number }).getKeyType();
}

/** Whether a value is an object of a class of the binding. */
export function isInstance(value: unknown, native: NativeCrypto, name: string): value is NativeObject {
  const found = native[name];
  return typeof found === "function" && value instanceof found;
}
