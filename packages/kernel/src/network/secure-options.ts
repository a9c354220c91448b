import { createPrivateKey } from "node:crypto";
import type { SecureOptions, SecureVersion } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { parseModest } from "../system-calls/parse-modest.ts";

const versions: ReadonlySet<unknown> = new Set<SecureVersion>(["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]);
const MOST_ALPN = 16;
const MOST_CERTIFICATES = 64;

/** Bits of an RSA key: the host signs with it. */
const MOST_KEY_BITS = 4_096;

/**
 * Refuses keys that keep the host busy for as long as their maker likes: encrypted ones, and long ones.
 * @throws {CallFailure} `ENOTSUP`
 */
function assertModestKey(key: string | undefined): void {
  if (key === undefined) return;
  if (key.includes("ENCRYPTED")) throw new CallFailure("ENOTSUP", "a key has to be given without encryption");
  const bits = bitsOf(key);
  if (bits !== undefined && bits > MOST_KEY_BITS)
    throw new CallFailure("ENOTSUP", `a key may have ${MOST_KEY_BITS} bits`);
}

/** Undefined of a key that has none, or that is none: TLS will say so. */
function bitsOf(key: string): number | undefined {
  try {
    return createPrivateKey(key).asymmetricKeyDetails?.modulusLength;
  } catch {
    return undefined;
  }
}

/**
 * Reads what a guest wants of TLS.
 * @throws {CallFailure} `EINVAL`, and as {@link assertModestKey} does
 */
export function readSecureOptions(text: string): SecureOptions {
  const given = parse(text);
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const reader = Object.hasOwn(readers, name) ? readers[name as keyof SecureOptions] : undefined;
    if (reader === undefined || !reader(value)) throw new CallFailure("EINVAL", `TLS has no such ${name}`);
    options[name] = value;
  }
  assertModestKey(typeof options["key"] === "string" ? options["key"] : undefined);
  return options;
}

const isText = (value: unknown): boolean => typeof value === "string" && !value.includes("\0");
const isTexts = (most: number, value: unknown): boolean =>
  Array.isArray(value) && value.length <= most && value.every(isText);

const readers: { readonly [Name in keyof SecureOptions]-?: (value: unknown) => boolean } = {
  servername: (value) => isText(value) && String(value).length <= 253,
  alpn: (value) => isTexts(MOST_ALPN, value) && (value as string[]).every((name) => name !== "" && name.length < 256),
  ca: (value) => isTexts(MOST_CERTIFICATES, value),
  rejectUnauthorized: (value) => typeof value === "boolean",
  cert: isText,
  key: isText,
  minVersion: (value) => versions.has(value),
  maxVersion: (value) => versions.has(value),
};

function parse(text: string): object {
  const value = parseModest(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new CallFailure("EINVAL", "the options of TLS are no JSON");
}
