import { tooLarge } from "./crypto-failure.ts";
import { MOST_ROOM } from "./operand-kinds.ts";

/** Memory that the derivation of a key may take: it lies outside of the guest. */
const MOST_DERIVATION_BYTES = 256 * 1024 * 1024;
const BITS = 8;
/** Of a modulus or a prime that is made: OpenSSL itself verifies with no longer one of RSA, and of DSA with none of more than 10,000. */
const MOST_MODULUS_BITS = 16_384;
const MOST_DSA_BITS = 10_000;

/**
 * Bounds what an operation may take of memory, and gives its operands as the binding is to get them. What it takes of time
 * is the guest's CPU time; but nothing interrupts it, so that what could take days is refused.
 *
 * @throws {CryptoRefusal} for more than a guest is given
 */
export function withinMeans(name: string, operands: readonly unknown[]): readonly unknown[] {
  switch (name) {
    case "ScryptJob": {
      // The binding itself says what is too much.
      const most = Math.min(Number(operands[5]), MOST_DERIVATION_BYTES);
      return operands.with(5, most);
    }
    case "Argon2Job":
      if (Number(operands[4]) * 1024 > MOST_DERIVATION_BYTES) throw tooLarge("memory", MOST_DERIVATION_BYTES);
      return operands;
    case "HashJob":
      assertBits(operands[2] ?? 0);
      return operands;
    case "CShakeJob":
      assertBits(operands[4]);
      return operands;
    case "KmacJob":
      assertBits(operands[5]);
      return operands;
    case "SecretKeyGenJob":
      assertBits(operands[0]);
      return operands;
    case "RandomPrimeJob":
      assertModulus("prime", operands[0], MOST_MODULUS_BITS);
      return operands;
    case "RsaKeyPairGenJob":
      assertModulus("modulus", operands[1], MOST_MODULUS_BITS);
      return operands;
    case "DsaKeyPairGenJob":
      assertModulus("modulus", operands[0], MOST_DSA_BITS);
      return operands;
    default:
      return operands;
  }
}

/** Keys of TLS and parameters of its exchanges: one of RSA of 16,384 bits has 13,000 bytes. */
const MOST_KEY_BYTES = 64 * 1024;
/** With certificates. */
const MOST_STORE_BYTES = 1024 * 1024;

/**
 * Bounds what a context of TLS is given by its length: nobody looks at how long its numbers are, and each handshake takes as
 * many times longer as the cube of that.
 *
 * @throws {CryptoRefusal}
 */
export function assertContextMeans(name: string, given: unknown): void {
  if (name === "setKey") assertLength("key", given, MOST_KEY_BYTES);
  if (name === "setDHParam") assertLength("dhparam", given, MOST_KEY_BYTES);
  if (name === "loadPKCS12") assertLength("pfx", given, MOST_STORE_BYTES);
}

function assertLength(what: string, given: unknown, most: number): void {
  const isBytes = ArrayBuffer.isView(given) || given instanceof ArrayBuffer;
  const length = typeof given === "string" ? given.length : isBytes ? given.byteLength : 0;
  if (length > most) throw tooLarge(what, most);
}

function assertModulus(what: string, bits: unknown, most: number): void {
  if (Number(bits) > most) throw tooLarge(what, most, "bits");
}

function assertBits(bits: unknown): void {
  if (Number(bits) > MOST_ROOM * BITS) throw tooLarge("length", MOST_ROOM);
}
