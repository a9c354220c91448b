import { hash } from "node:crypto";
import { CallFailure } from "../system-calls/call-failure.ts";

/** Those whose result has one length, and which take little time for few bytes. */
const names: ReadonlySet<string> = new Set(["md5", "sha1", "sha256", "sha384", "sha512"]);

/** It is done on this thread at once, which in an inline cell is the host's. */
const MOST_BYTES = 4096;

/** The digest of a few bytes. @throws {CallFailure} `EINVAL` for more, for another digest, and where OpenSSL refuses it */
export function smallDigest(name: string, bytes: Uint8Array): Uint8Array {
  if (!names.has(name) || bytes.byteLength > MOST_BYTES) throw new CallFailure("EINVAL");
  try {
    return hash(name, bytes, "buffer");
  } catch {
    throw new CallFailure("EINVAL");
  }
}
