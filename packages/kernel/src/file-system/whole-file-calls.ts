import { CURRENT_POSITION } from "@vivarium/core";
import type { Attempt } from "../attempt.ts";
import type { Steps } from "../maybe-async.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import { assertFile } from "./assert-file.ts";
import { copyFile } from "./copy-file.ts";
import type { GuardedFileSystem } from "./guarded-file-system.ts";
import { openConstants } from "./open-flags.ts";
import { PIECE_BYTES } from "./piece-bytes.ts";
import { readAndClose, readWholeFile } from "./read-whole-file.ts";
import { replaceFile } from "./replace-file.ts";
import { writeWhole } from "./write-pieces.ts";

const { O_RDONLY, O_WRONLY, O_CREAT, O_TRUNC } = openConstants;
const REPLACING = O_WRONLY | O_CREAT | O_TRUNC;
const COPYFILE_EXCL = 1;
const DEFAULT_MODE = 0o666;

type DescriptorCalls = Pick<HostHandlers, "fs.open" | "fs.close" | "fs.readRest" | "fs.write">;

/** Calls that read, write or copy a whole file. */
export function createWholeFileCalls(
  system: GuardedFileSystem,
  open: DescriptorCalls,
): Pick<HostHandlers, "fs.readFile" | "fs.writeFile" | "fs.copyFile"> {
  const opensFiles = system.driver.filesystem.open !== undefined;

  function* writeAndClose(attempt: Attempt, fd: number, data: Uint8Array): Steps<void> {
    try {
      for (let written = 0; written < data.byteLength; ) {
        const count = yield* open["fs.write"](attempt, fd, CURRENT_POSITION, data.subarray(written));
        if (count === 0) throw new CallFailure("EIO");
        written += count;
      }
    } finally {
      yield* open["fs.close"](attempt, fd);
    }
  }

  return {
    *"fs.readFile"(attempt, path, flags) {
      const found =
        flags === O_RDONLY
          ? yield* readWholeFile(system, attempt, path)
          : { fd: yield* open["fs.open"](attempt, path, flags, DEFAULT_MODE) };
      if (found instanceof Uint8Array) return found;
      const { fd } = found;
      return yield* readAndClose(open["fs.readRest"](attempt, fd), () => open["fs.close"](attempt, fd));
    },
    *"fs.writeFile"(attempt, path, flags, mode, data) {
      const inPieces = data.byteLength > PIECE_BYTES && opensFiles;
      if (flags !== REPLACING || inPieces) {
        yield* writeAndClose(attempt, yield* open["fs.open"](attempt, path, flags, mode), data);
        return undefined;
      }
      const target = yield* system.reach(attempt, { path, follow: true, op: "write" });
      if (target.wantsDirectory) throw new CallFailure("EISDIR");
      if (target.stat !== undefined) assertFile(target.stat.type);
      if (system.devices.has(target.path)) {
        yield* writeWhole(attempt, system.devices.open(target.path), data, 0);
        return undefined;
      }
      yield* replaceFile(system, attempt, target.path, data, mode);
      return undefined;
    },
    *"fs.copyFile"(attempt, from, to, flags) {
      yield* copyFile(system, attempt, from, to, (flags & COPYFILE_EXCL) !== 0);
      return undefined;
    },
  };
}
