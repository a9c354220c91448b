import type { OpenFlags } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { ignoreAnswer } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import type { KernelFile } from "./kernel-file.ts";
import { openTarget } from "./open-file.ts";
import { openConstants, readOpenFlags } from "./open-flags.ts";
import { PIECE_BYTES } from "./piece-bytes.ts";
import type { Target } from "./resolve-path.ts";
import { writeWhole } from "./write-pieces.ts";

const { O_RDONLY, O_WRONLY, O_CREAT, O_TRUNC } = openConstants;

/**
 * Copies a long file in pieces, for a driver that opens files. Both targets have been checked. A copy that fails takes
 * the file away that it made, as libuv's does.
 */
export function* copyContent(
  system: GuardedFileSystem,
  attempt: Attempt,
  source: Target,
  destination: Target,
  mode: number,
): Steps<void> {
  const { driver } = system;
  const from = yield* openTarget(system, attempt, source, readOpenFlags(O_RDONLY), 0);
  try {
    const flags: OpenFlags = readOpenFlags(O_WRONLY | O_CREAT | O_TRUNC);
    const to = yield* openTarget(system, attempt, destination, flags, mode);
    try {
      yield* pour(attempt, from, to);
    } finally {
      yield* to.close(attempt);
    }
  } catch (error) {
    if (error instanceof CallFailure && destination.stat === undefined) {
      const remove = (): unknown => driver.filesystem.removeFile(destination.path);
      yield* attempt.settle(driver.ask("removeFile", remove, ignoreAnswer));
    }
    throw error;
  } finally {
    yield* from.close(attempt);
  }
}

function* pour(attempt: Attempt, from: KernelFile, to: KernelFile): Steps<void> {
  for (let position = 0; ; ) {
    const content = yield* from.read(attempt, PIECE_BYTES, position);
    yield* writeWhole(attempt, to, content, position);
    position += content.byteLength;
    if (content.byteLength < PIECE_BYTES) return;
    yield* attempt.breathe();
  }
}
