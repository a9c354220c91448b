import type { Guest } from "../guest.ts";
import { setOwn } from "../past-prototypes.ts";
import { ArrayIsArray, JSONParse, JSONStringify, ObjectKeys } from "../primordial.ts";

/** What the host tells of a handshake. */
export interface SecureAnswer {
  readonly protocol?: unknown;
  readonly cipher?: unknown;
  readonly alpn?: unknown;
  readonly servername?: unknown;
  readonly authorized?: unknown;
  readonly authorizationError?: unknown;
  readonly certificates?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
}

export function readSecureAnswer(json: string): SecureAnswer {
  const answer: unknown = JSONParse(json);
  return typeof answer === "object" && answer !== null ? answer : {};
}

/** An error as OpenSSL's are. */
export function secureError(code: unknown, message: unknown): Error {
  const error = new Error(typeof message === "string" ? message : String(code));
  setOwn(error, "code", typeof code === "string" ? code : "EPROTO");
  return error;
}

/** The certificate of the peer as `getPeerCertificate` shows it; with `detailed`, whoever issued it is behind it. */
export function peerCertificate(guest: Guest, { certificates }: SecureAnswer, detailed: boolean): object | undefined {
  if (!ArrayIsArray(certificates) || certificates.length === 0) return undefined;
  let issuer: object | undefined;
  for (let index = detailed ? certificates.length - 1 : 0; index >= 0; index--) {
    const certificate = legacy(guest, certificates[index]);
    if (detailed) setOwn(certificate, "issuerCertificate", issuer ?? certificate);
    issuer = certificate;
  }
  return issuer;
}

/** What is told of an issuer, as OpenSSL writes it: the library reads that, and the host's has done so already. */
function asLines(told: unknown): string {
  if (typeof told !== "object" || told === null) return "";
  let lines = "";
  const names = ObjectKeys(told);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const values = (told as Readonly<Record<string, unknown>>)[name];
    const count = ArrayIsArray(values) ? values.length : 0;
    // Quoted, so that no value can be read as a line of its own.
    for (let at = 0; at < count; at++) lines += `${name}:${JSONStringify(`${(values as unknown[])[at]}`)}\n`;
  }
  return lines;
}

/** Bytes came as base64. */
function legacy(guest: Guest, told: unknown): object {
  const certificate = {};
  if (typeof told !== "object" || told === null) return certificate;
  const { Buffer } = guest.library.require("buffer") as {
    Buffer: { from(text: string, encoding: string): Uint8Array };
  };
  const keys = ObjectKeys(told);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    const value = (told as Readonly<Record<string, unknown>>)[key];
    const isBytes = (key === "raw" || key === "pubkey") && typeof value === "string";
    if (key === "infoAccess") setOwn(certificate, key, asLines(value));
    else setOwn(certificate, key, isBytes ? Buffer.from(value, "base64") : value);
  }
  return certificate;
}
