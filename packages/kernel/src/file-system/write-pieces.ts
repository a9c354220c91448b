import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { KernelFile } from "./kernel-file.ts";
import { PIECE_BYTES } from "./piece-bytes.ts";

/**
 * Writes at `position`, long content in pieces; answers how many bytes. As `write(2)` does, it answers what was written
 * before a piece failed: whoever asks again for the rest hears of the failure.
 */
export function* writePieces(attempt: Attempt, file: KernelFile, data: Uint8Array, position: number): Steps<number> {
  if (data.byteLength <= PIECE_BYTES || !file.takesPieces) return yield* file.write(attempt, data, position);
  let written = 0;
  while (written < data.byteLength) {
    const piece = data.subarray(written, written + PIECE_BYTES);
    try {
      const count = yield* file.write(attempt, piece, position + written);
      written += count;
      if (count < piece.byteLength) return written;
    } catch (error) {
      if (written === 0 || !(error instanceof CallFailure)) throw error;
      return written;
    }
    yield* attempt.breathe();
  }
  return written;
}

/** Writes all of it. A file that takes nothing more, and says no reason, fails with `EIO`. */
export function* writeWhole(attempt: Attempt, file: KernelFile, data: Uint8Array, position: number): Steps<void> {
  for (let written = 0; written < data.byteLength; ) {
    const count = yield* writePieces(attempt, file, data.subarray(written), position + written);
    if (count === 0) throw new CallFailure("EIO");
    written += count;
  }
}
