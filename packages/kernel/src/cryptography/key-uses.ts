import { checkKey, isWritten, mayBePrivate } from "./check-operands.ts";
import { type NativeCrypto, type NativeObject, nativeNumber } from "./native-crypto.ts";
import { isInstance, keyTypeOf } from "./operand-kinds.ts";

/** What of a key may be asked of which. */
const secretMethods: ReadonlySet<string> = new Set([
  "getKeyType",
  "getSymmetricKeySize",
  "exportJwk",
  "export",
  "equals",
]);
const notOfAsymmetric: ReadonlySet<string> = new Set(["getSymmetricKeySize"]);
const ofCurves: ReadonlySet<string> = new Set(["checkEcKeyData", "exportECPublicRaw", "exportECPrivateRaw"]);
const ofPrivate: ReadonlySet<string> = new Set(["rawPrivateKey", "rawSeed", "exportECPrivateRaw"]);

/**
 * Whether Node's library would use keys so: what a key begins with, what is asked of one, or what a job does with one. The
 * binding ends its process where a key is of another type than it takes for granted.
 */
export function isKeyUse(given: readonly unknown[], native: NativeCrypto, key?: NativeObject, name = ""): boolean {
  if (key !== undefined) return isKeyMethod(key, name, given, native);
  if (name !== "") return isJobUse(name, given, native);
  return isKeyBeginning(given, native);
}

/** The binding counts them. */
const SECRET_WEB_KEY_OPERANDS = 5;
const ASYMMETRIC_KEY_OPERANDS = 6;

function isKeyBeginning(given: readonly unknown[], native: NativeCrypto): boolean {
  const [kind, data, format] = given;
  const isSecret = kind === nativeNumber(native, "kKeyTypeSecret");
  if (isSecret) {
    if (given.length === 2) return ArrayBuffer.isView(data) || data instanceof ArrayBuffer;
    if (given.length !== SECRET_WEB_KEY_OPERANDS) return false;
    return format === nativeNumber(native, "kKeyFormatJWK") && !ArrayBuffer.isView(data) && !isKey(data, native);
  }
  const isPublic = kind === nativeNumber(native, "kKeyTypePublic");
  if (!isPublic && kind !== nativeNumber(native, "kKeyTypePrivate")) return false;
  if (given.length !== ASYMMETRIC_KEY_OPERANDS) return false;
  checkKey(given.slice(1), native);
  const type = keyTypeOf(data, native);
  if (type !== undefined) return isPublic && type !== nativeNumber(native, "kKeyTypeSecret");
  return isPublic || mayBePrivate(given.slice(1), native);
}

function isKeyMethod(key: NativeObject, name: string, given: readonly unknown[], native: NativeCrypto): boolean {
  const type = keyTypeOf(key, native);
  if (name === "equals") return type === keyTypeOf(given[0], native);
  if (type === nativeNumber(native, "kKeyTypeSecret")) {
    return secretMethods.has(name) && (name !== "export" || given.length === 0);
  }
  if (notOfAsymmetric.has(name)) return false;
  if (ofPrivate.has(name) && type !== nativeNumber(native, "kKeyTypePrivate")) return false;
  if (ofCurves.has(name) && algorithmOf(key) !== "ec") return false;
  return name !== "export" || isExport(key, given, native);
}

/** PKCS#1 is for RSA, SEC1 for curves, SPKI for public keys and PKCS#8 for private ones. */
function isExport(key: NativeObject, given: readonly unknown[], native: NativeCrypto): boolean {
  const type = given[1];
  const isPublic = keyTypeOf(key, native) === nativeNumber(native, "kKeyTypePublic");
  if (given.length !== (isPublic ? 2 : 4) || !isWritten(given, native, "kKeyFormatRawPrivate")) return false;
  switch (type) {
    case nativeNumber(native, "kKeyEncodingPKCS1"):
      return algorithmOf(key) === "rsa";
    case nativeNumber(native, "kKeyEncodingSEC1"):
      return !isPublic && algorithmOf(key) === "ec";
    case nativeNumber(native, "kKeyEncodingSPKI"):
      return isPublic;
    case nativeNumber(native, "kKeyEncodingPKCS8"):
      return !isPublic;
    default:
      return false;
  }
}

const CTR_BLOCK = 16;

function isJobUse(name: string, given: readonly unknown[], native: NativeCrypto): boolean {
  switch (name) {
    case "AESCipherJob":
      return isMode(given[0]) && isAesUse(given, native);
    case "ChaCha20Poly1305CipherJob":
      return isMode(given[0]);
    case "RSACipherJob": {
      const isPrivate = keyTypeOf(given[1], native) === nativeNumber(native, "kKeyTypePrivate");
      return isMode(given[0]) && isPrivate === (given[0] === nativeNumber(native, "kWebCryptoCipherDecrypt"));
    }
    case "HmacJob":
      return isSigning(given[0], given[4]);
    case "KmacJob":
      return isSigning(given[0], given[7]);
    case "SignJob": {
      const signs = given[0] === nativeNumber(native, "kSignJobModeSign");
      if (signs && !mayBePrivate(given.slice(1), native)) return false;
      return isSigning(given[0], given[12]);
    }
    case "RsaKeyPairGenJob":
      return isPairOf(
        given.slice(given[0] === nativeNumber(native, "kKeyVariantRSA_PSS") ? 6 : 3),
        ["PKCS1", "PKCS8"],
        native,
      );
    case "EcKeyPairGenJob":
      return isPairOf(given.slice(2), ["SEC1", "PKCS8"], native);
    default:
      return true;
  }
}

const SIGN = 0;
const VERIFY = 1;

/** Both for signatures and for ciphers there are two ways. */
function isMode(mode: unknown): boolean {
  return mode === SIGN || mode === VERIFY;
}

function isSigning(mode: unknown, signature: unknown): boolean {
  return mode === SIGN || (mode === VERIFY && signature !== undefined);
}

/** Which encodings a private key of a kind has; its public one has the first of them, if that is PKCS#1, and SPKI. */
function isPairOf(
  [, publicType, , privateType]: readonly unknown[],
  encodings: readonly string[],
  native: NativeCrypto,
): boolean {
  const numbers = encodings.map((name) => nativeNumber(native, `kKeyEncoding${name}`));
  const ofPublic = ["SPKI", ...encodings.filter((name) => name === "PKCS1")];
  const isPublic = ofPublic.some((name) => nativeNumber(native, `kKeyEncoding${name}`) === publicType);
  return (
    (publicType === undefined || isPublic) && (privateType === undefined || numbers.includes(privateType as number))
  );
}

/** What each mode of AES is told beside its key: a counter and its length, a vector, nothing, or a vector and a tag's length. */
function isAesUse(given: readonly unknown[], native: NativeCrypto): boolean {
  const variant = given[3] as number;
  const [vector, length] = given.slice(4) as [ArrayBufferView | ArrayBuffer | undefined, number | undefined];
  const size = (given[1] as { getSymmetricKeySize(): number }).getSymmetricKeySize();
  const isOf = (mode: string): boolean => native[`kKeyVariantAES_${mode}_${8 * size}`] === variant;
  if (isOf("KW")) return true;
  if (vector === undefined) return false;
  if (isOf("CBC")) return vector.byteLength === CTR_BLOCK;
  if (isOf("CTR")) return vector.byteLength === CTR_BLOCK && length !== undefined && length >= 1 && length <= 128;
  return (isOf("GCM") || isOf("OCB")) && length !== undefined && length <= CTR_BLOCK;
}

function algorithmOf(key: NativeObject): unknown {
  const ask = key["getAsymmetricKeyType"] as () => unknown;
  return ask.call(key);
}

function isKey(value: unknown, native: NativeCrypto): boolean {
  return isInstance(value, native, "KeyObjectHandle");
}
