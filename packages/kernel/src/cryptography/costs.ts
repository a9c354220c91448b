import { tooLarge } from "./crypto-failure.ts";
import { MOST_ROOM } from "./operand-kinds.ts";

/** Memory that the derivation of a key may take: it lies outside of the guest. */
const MOST_DERIVATION_BYTES = 256 * 1024 * 1024;
const BITS = 8;

/**
 * Bounds what an operation may take of memory, and gives its operands as the binding is to get them. What it takes of time
 * is the guest's CPU time.
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
    case "RandomPrimeJob":
      assertBits(operands[0]);
      return operands;
    default:
      return operands;
  }
}

function assertBits(bits: unknown): void {
  if (Number(bits) > MOST_ROOM * BITS) throw tooLarge("length", MOST_ROOM);
}
