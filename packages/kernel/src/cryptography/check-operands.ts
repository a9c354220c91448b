import { CallFailure } from "../system-calls/call-failure.ts";
import { CryptoRefusal } from "./crypto-failure.ts";
import { type NativeCrypto, nativeNumber } from "./native-crypto.ts";
import { assertRoom, isOfKind, keyTypeOf } from "./operand-kinds.ts";
import type { Operation } from "./operations.table.ts";

/**
 * Checks the operands of an operation before Node's binding sees them, which takes for granted what its library hands over.
 *
 * @throws {CallFailure} `EINVAL` for what Node's library never hands over
 * @throws {CryptoRefusal} for what a guest has not
 */
export function checkOperands(operation: Operation, operands: readonly unknown[], native: NativeCrypto): void {
  const kinds = operation.operands === "" ? [] : operation.operands.split(" ");
  if (operands.length > kinds.length) refuse();
  for (const [index, kind] of kinds.entries()) {
    if (!isOfKind(operands[index], kind, native)) refuse();
    assertRoom(operands[index], kind);
  }
  for (const at of operation.keysAt ?? []) checkKey(operands.slice(at, at + 5), native);
  if (operation.privateAt !== undefined && !mayBePrivate(operands.slice(operation.privateAt), native)) refuse();
  if (operation.pairAt !== undefined) checkPair(operands.slice(operation.pairAt), native);
}

/** A key that is given: an object, or content in a format. */
export function checkKey([data, format, type, ...rest]: readonly unknown[], native: NativeCrypto): void {
  const number = (name: string): number => nativeNumber(native, name);
  if (keyTypeOf(data, native) !== undefined) {
    if ([format, type, ...rest].some((operand) => operand !== undefined && operand !== null)) refuse();
    return;
  }
  switch (format) {
    case number("kKeyFormatPEM"):
      if (!isContent(data) || !(type === undefined || type === null || isEncoding(type, native))) refuse();
      return;
    case number("kKeyFormatDER"):
      if (!isContent(data) || !isEncoding(type, native)) refuse();
      return;
    case number("kKeyFormatJWK"):
      if (isContent(data)) refuse();
      return;
    case number("kKeyFormatRawPublic"):
    case number("kKeyFormatRawPrivate"):
    case number("kKeyFormatRawSeed"):
      if (!isContent(data) || typeof type !== "string") refuse();
      return;
    case number("kKeyFormatStore"):
      // OpenSSL would open what the address says, past every permission.
      throw new CryptoRefusal("Error", "ERR_ACCESS_DENIED", "Keys in a store of OpenSSL are not there for a guest");
    default:
      refuse();
  }
}

/** Whether a key that is given may be a private one: what its content is shows later. */
export function mayBePrivate([data, format]: readonly unknown[], native: NativeCrypto): boolean {
  const type = keyTypeOf(data, native);
  if (type !== undefined) return type === nativeNumber(native, "kKeyTypePrivate");
  return format !== nativeNumber(native, "kKeyFormatRawPublic");
}

/** How a pair of keys is written: as objects where no format is given. What kind of key is written how, others look at. */
function checkPair(written: readonly unknown[], native: NativeCrypto): void {
  const [publicFormat, publicType, ...own] = written;
  const isObject = publicFormat === undefined && publicType === undefined;
  if (!isObject && !isWritten([publicFormat, publicType], native, "kKeyFormatRawPublic")) refuse();
  const isOwnObject = own.every((operand) => operand === undefined);
  if (!isOwnObject && !isWritten(own, native, "kKeyFormatRawPrivate")) refuse();
}

/** How the point of a raw public key may be written. */
const POINT_CONVERSIONS: ReadonlySet<unknown> = new Set([2, 4, 6]);

/**
 * Whether keys can be written so: format, type, cipher, passphrase.
 * @param raw the raw format that they have
 */
export function isWritten(
  [format, type, cipher, passphrase]: readonly unknown[],
  native: NativeCrypto,
  raw: "kKeyFormatRawPublic" | "kKeyFormatRawPrivate",
): boolean {
  const [der, pem, jwk] = ["kKeyFormatDER", "kKeyFormatPEM", "kKeyFormatJWK"].map((name) => nativeNumber(native, name));
  const isPlain = cipher === undefined || cipher === null;
  const hasPassphrase = passphrase !== undefined && passphrase !== null;
  if (isPlain ? hasPassphrase : !isContent(passphrase)) return false;
  if (format === pem) return isEncoding(type, native);
  if (format === der) return isPlain ? isEncoding(type, native) : type === nativeNumber(native, "kKeyEncodingPKCS8");
  if (!isPlain) return false;
  if (format === jwk) return type === undefined;
  if (raw === "kKeyFormatRawPublic") return format === nativeNumber(native, raw) && POINT_CONVERSIONS.has(type);
  return (
    type === undefined && (format === nativeNumber(native, raw) || format === nativeNumber(native, "kKeyFormatRawSeed"))
  );
}

function isContent(data: unknown): boolean {
  return ArrayBuffer.isView(data) || data instanceof ArrayBuffer;
}

function isEncoding(type: unknown, native: NativeCrypto): boolean {
  return Number.isInteger(type) && Number(type) >= 0 && Number(type) <= nativeNumber(native, "kKeyEncodingSEC1");
}

function refuse(): never {
  throw new CallFailure("EINVAL");
}
