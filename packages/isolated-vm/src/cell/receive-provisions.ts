import { readSync } from "node:fs";
import { WireError } from "../channel/protocol.ts";
import { decodeProvisions, MAX_PROVISIONS_BYTES, type Provisions } from "../channel/provisions.ts";

const STANDARD_INPUT = 0;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Waits for what the host sends on standard input, up to its end.
 * @throws {WireError} for anything but provisions.
 */
export function receiveProvisions(): Provisions {
  const chunks: Buffer[] = [];
  let length = 0;
  for (let chunk = readChunk(); chunk.length > 0; chunk = readChunk()) {
    length += chunk.length;
    if (length > MAX_PROVISIONS_BYTES) throw new WireError("Provisions are too large");
    chunks.push(chunk);
  }
  return decodeProvisions(Buffer.concat(chunks, length));
}

/** Empty at the end. */
function readChunk(): Buffer {
  const bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  try {
    return bytes.subarray(0, readSync(STANDARD_INPUT, bytes));
  } catch (error) {
    // So Windows tells the end of a pipe.
    if ((error as NodeJS.ErrnoException).code === "EOF") return bytes.subarray(0, 0);
    throw error;
  }
}
