import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import type { ContentPiece } from "../system-calls/call-answer.ts";
import { assertFile } from "./assert-file.ts";
import { checkBytes } from "./driver-answers.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { HeldContent } from "./held-content.ts";
import { requireStat } from "./inspecting-calls.ts";
import { DriverFile, type KernelFile } from "./kernel-file.ts";
import { openTarget } from "./open-file.ts";
import { openConstants, readOpenFlags } from "./open-flags.ts";
import { PIECE_BYTES } from "./piece-bytes.ts";
import type { Target } from "./resolve-path.ts";

const reading = readOpenFlags(openConstants.O_RDONLY);

/**
 * The content of a file; of a long one the descriptor that it is to be read from instead. In a cell that cannot wait it
 * is always the content.
 */
export function* readWholeFile(
  system: GuardedFileSystem,
  attempt: Attempt,
  path: string,
): Steps<Uint8Array | { readonly fd: number }> {
  const { driver } = system;
  const { filesystem } = driver;
  const target = yield* system.reach(attempt, { path, follow: true, op: "read" });
  const stat = requireStat(target);
  assertFile(stat.type);
  if (system.devices.has(target.path)) return { fd: yield* openToRead(system, attempt, target) };
  if (attempt.mayWait && stat.size > PIECE_BYTES && filesystem.open !== undefined) {
    return { fd: yield* openToRead(system, attempt, target) };
  }
  const content = yield* attempt.settle(driver.ask("readFile", () => filesystem.readFile(target.path), checkBytes));
  if (!attempt.mayWait || content.byteLength <= PIECE_BYTES) return content;
  return { fd: hold(system, target.path, new DriverFile(driver, new HeldContent(stat, content))) };
}

/**
 * What a fresh descriptor gives with one read. It is closed when that was all, or failed; otherwise the answer names it,
 * for the rest.
 */
export function* readAndClose(
  read: Steps<Uint8Array | ContentPiece>,
  close: () => Steps<undefined>,
): Steps<Uint8Array | ContentPiece> {
  let isOver = true;
  try {
    const content = yield* read;
    isOver = content instanceof Uint8Array;
    return content;
  } finally {
    if (isOver) yield* close();
  }
}

function* openToRead(system: GuardedFileSystem, attempt: Attempt, target: Target): Steps<number> {
  system.descriptors.reserve();
  try {
    return hold(system, target.path, yield* openTarget(system, attempt, target, reading, 0));
  } finally {
    system.descriptors.release();
  }
}

function hold({ descriptors }: GuardedFileSystem, path: string, file: KernelFile): number {
  return descriptors.add({ path, flags: reading, file, attributes: file, position: 0 });
}
