import type { Binding, Guest } from "../../guest.ts";
import { StringPrototypeEndsWith, StringPrototypeStartsWith } from "../../primordial.ts";
import { copyDirectory } from "./copy-directory.ts";
import { copyError, keepTimes, parentOf } from "./copy-parts.ts";
import type { FsParts } from "./fs-parts.ts";
import { isSame, type Look, lookAt } from "./quick-look.ts";

const ENOENT = -2;

/** What `cpSync` leaves to the binding. Its messages are Node's. */
export function copyingOperations(parts: FsParts): Binding {
  const { guest, requests, text } = parts;
  const { calls } = guest;
  return {
    cpSyncCheckPaths: (from: unknown, to: unknown, dereference: unknown, recursive: unknown) => {
      checkPaths(parts, text.path(from), text.path(to), dereference === true, recursive === true);
    },
    cpSyncOverrideFile: (from: unknown, to: unknown, mode: number | undefined, preserveTimestamps: unknown) => {
      const path = text.path(from);
      const dest = text.path(to);
      requests.check(calls.sync("fs.unlink", dest), { syscall: "unlink", path: dest });
      requests.check(calls.sync("fs.copyFile", path, dest, mode ?? 0), { syscall: "cp", path, dest });
      if (preserveTimestamps === true) keepTimes(parts, path, dest);
    },
    cpSyncCopyDir: (
      from: unknown,
      to: unknown,
      force: unknown,
      dereference: unknown,
      errorOnExist: unknown,
      verbatimSymlinks: unknown,
      preserveTimestamps: unknown,
    ) => {
      copyDirectory(parts, text.path(from), text.path(to), {
        force: force === true,
        dereference: dereference === true,
        errorOnExist: errorOnExist === true,
        verbatimSymlinks: verbatimSymlinks === true,
        preserveTimestamps: preserveTimestamps === true,
      });
    },
  };
}

function checkPaths(parts: FsParts, src: string, dest: string, dereference: boolean, recursive: boolean): void {
  const { guest, requests } = parts;
  const syscall = dereference ? "stat" : "lstat";
  const source = lookAt(guest, src, dereference);
  if (typeof source === "number") throw requests.failure(source, { syscall, path: src }, guest.calls.reason());
  const destination = lookAt(guest, dest, dereference);
  if (typeof destination === "number" && destination !== ENOENT) {
    throw requests.failure(destination, { syscall, path: dest }, guest.calls.reason());
  }
  const isDirectory = source.type === "directory";
  if (typeof destination !== "number") checkOverwriting(guest, source, src, destination, dest);
  const shownSource = isDirectory && !StringPrototypeEndsWith(src, "/") ? `${src}/` : src;
  if (isDirectory) checkSubdirectory(guest, source, shownSource, dest);
  if (isDirectory && !recursive) {
    throw copyError(guest, "ERR_FS_EISDIR", `Recursive option not enabled, cannot copy a directory: ${shownSource}`);
  }
  checkKind(guest, source, dest);
  const parent = parentOf(dest);
  if (typeof destination === "number" && parent !== undefined) {
    requests.check(guest.calls.sync("fs.mkdir", parent, 0o777, true), { syscall: "mkdir", path: parent });
  }
}

function checkOverwriting(guest: Guest, source: Look, src: string, destination: Look, dest: string): void {
  if (isSame(source, destination)) {
    throw copyError(guest, "ERR_FS_CP_EINVAL", `src and dest cannot be the same ${dest}`);
  }
  const fromDirectory = source.type === "directory";
  const ontoDirectory = destination.type === "directory";
  if (fromDirectory && !ontoDirectory) {
    const message = `Cannot overwrite non-directory ${dest} with directory ${src}`;
    throw copyError(guest, "ERR_FS_CP_DIR_TO_NON_DIR", message);
  }
  if (!fromDirectory && ontoDirectory) {
    const message = `Cannot overwrite directory ${dest} with non-directory ${src}`;
    throw copyError(guest, "ERR_FS_CP_NON_DIR_TO_DIR", message);
  }
}

function checkSubdirectory(guest: Guest, source: Look, src: string, dest: string): void {
  const refuse = (): Error =>
    copyError(guest, "ERR_FS_CP_EINVAL", `Cannot copy ${src} to a subdirectory of self ${dest}`);
  if (StringPrototypeStartsWith(dest, src)) throw refuse();
  for (let parent = parentOf(dest); parent !== undefined && parent !== "/"; parent = parentOf(parent)) {
    const found = lookAt(guest, parent, true);
    if (typeof found !== "number" && isSame(source, found)) throw refuse();
  }
}

function checkKind(guest: Guest, { type }: Look, dest: string): void {
  if (type === "socket") throw copyError(guest, "ERR_FS_CP_SOCKET", `Cannot copy a socket file: ${dest}`);
  if (type === "fifo") throw copyError(guest, "ERR_FS_CP_FIFO_PIPE", `Cannot copy a FIFO pipe: ${dest}`);
  if (type === "other") throw copyError(guest, "ERR_FS_CP_UNKNOWN", `Cannot copy an unknown file type: ${dest}`);
}
