import type { SystemCallScalar } from "@vivarium/core";
import type { CallAnswer, HostCallName, HostPort } from "@vivarium/kernel";

/** Bytes of the longest piece of output that crosses at once. */
export const OUTPUT_PIECE_BYTES: number = 256 * 1024;

interface OutputCall {
  readonly name: HostCallName;
  readonly args: readonly SystemCallScalar[];
  readonly input: Uint8Array;
}

/** Whether a call is a piece of long output, of which many are one call of the guest. */
export function isOutputPiece({ name, args, input }: OutputCall): boolean {
  return isOutput(name, args) && input.length >= OUTPUT_PIECE_BYTES;
}

/**
 * A port that hands long output to the host piece by piece: the host stops taking it at its limit, and never holds all
 * of what a guest writes in one call.
 */
export function splitOutput(port: HostPort): HostPort {
  return {
    call(name, args, input) {
      if (!isLongOutput(name, args, input)) return port.call(name, args, input);
      for (let written = 0; ; ) {
        const piece = input.subarray(written, written + OUTPUT_PIECE_BYTES);
        const answer = port.call(name, args, piece);
        written += taken(answer);
        if (isLast(answer, piece) || written === input.length) return total(answer, written);
      }
    },
    request(name, args, input) {
      return isLongOutput(name, args, input)
        ? requestInPieces(port, name, args, input)
        : port.request(name, args, input);
    },
  };
}

async function requestInPieces(
  port: HostPort,
  name: HostCallName,
  args: readonly SystemCallScalar[],
  input: Uint8Array,
): Promise<CallAnswer> {
  for (let written = 0; ; ) {
    const piece = input.subarray(written, written + OUTPUT_PIECE_BYTES);
    const answer = await port.request(name, args, piece);
    written += taken(answer);
    if (isLast(answer, piece) || written === input.length) return total(answer, written);
  }
}

function isLongOutput(name: HostCallName, args: readonly SystemCallScalar[], input: Uint8Array): boolean {
  return isOutput(name, args) && input.length > OUTPUT_PIECE_BYTES;
}

/** Whether a call writes to standard output or standard error, which have no position: their pieces follow one another. */
export function isOutput(name: HostCallName, [descriptor]: readonly SystemCallScalar[]): boolean {
  return name === "fs.write" && (descriptor === 1 || descriptor === 2);
}

function taken({ result }: CallAnswer): number {
  return typeof result === "number" && result > 0 ? result : 0;
}

function isLast(answer: CallAnswer, piece: Uint8Array): boolean {
  return answer.ended !== undefined || answer.result !== piece.length;
}

/** What was written before a piece failed has been written all the same. */
function total(answer: CallAnswer, written: number): CallAnswer {
  return written === 0 ? answer : { ...answer, result: written };
}
