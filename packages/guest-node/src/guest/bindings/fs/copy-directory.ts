import { StringPrototypeStartsWith } from "../../primordial.ts";
import { copyError, keepTimes, parentOf } from "./copy-parts.ts";
import { splitEntries } from "./directory-entries.ts";
import type { FsParts } from "./fs-parts.ts";
import { joined, lookAt } from "./quick-look.ts";

export interface CopyDirectoryOptions {
  readonly force: boolean;
  readonly dereference: boolean;
  readonly errorOnExist: boolean;
  readonly verbatimSymlinks: boolean;
  readonly preserveTimestamps: boolean;
}

const COPYFILE_EXCL = 1;
const EEXIST = -17;
const MODULE_DIRECTORY = 1;

/** Copies what a directory holds into another one, which is made when it is missing. */
export function copyDirectory(parts: FsParts, src: string, dest: string, options: CopyDirectoryOptions): void {
  const { guest, requests, text } = parts;
  const { calls } = guest;
  requests.check(calls.sync("fs.mkdir", dest, 0o777, true), { syscall: "cp", path: dest });
  const listing = requests.check(calls.sync("fs.readdir", src), { syscall: "cp", path: src });
  const { names } = splitEntries(text, listing as string, undefined);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    copyEntry(parts, joined(src, name), joined(dest, name), options);
  }
}

function copyEntry(parts: FsParts, src: string, dest: string, options: CopyDirectoryOptions): void {
  const { guest, requests } = parts;
  const found = lookAt(guest, src, options.dereference);
  if (typeof found === "number") {
    throw requests.failure(found, { syscall: "cp", path: src, dest }, guest.calls.reason());
  }
  switch (found.type) {
    case "directory":
      checkDirectoryTarget(parts, src, dest);
      copyDirectory(parts, src, dest, options);
      return;
    case "symlink":
      copyLink(parts, src, dest, options);
      return;
    default:
      copyFile(parts, src, dest, options);
  }
}

function checkDirectoryTarget({ guest }: FsParts, src: string, dest: string): void {
  const there = lookAt(guest, dest, true);
  if (typeof there === "number" || there.type === "directory") return;
  throw copyError(guest, "ERR_FS_CP_DIR_TO_NON_DIR", `Cannot overwrite non-directory ${dest} with directory ${src}`);
}

function copyFile(parts: FsParts, src: string, dest: string, options: CopyDirectoryOptions): void {
  const { guest, requests } = parts;
  const result = guest.calls.sync("fs.copyFile", src, dest, options.force ? 0 : COPYFILE_EXCL);
  if (result === EEXIST && !options.force) {
    if (!options.errorOnExist) return;
    const message = `[ERR_FS_CP_EEXIST]: Target already exists: cp returned EEXIST (${dest} already exists)`;
    throw copyError(guest, "ERR_FS_CP_EEXIST", message);
  }
  requests.check(result, { syscall: "cp", path: src, dest });
  if (options.preserveTimestamps) keepTimes(parts, src, dest);
}

function copyLink(parts: FsParts, src: string, dest: string, options: CopyDirectoryOptions): void {
  const { guest, requests } = parts;
  const { calls } = guest;
  const written = requests.check(calls.sync("fs.readlink", src), { syscall: "cp", path: src, dest }) as string;
  const target = options.verbatimSymlinks ? written : absolute(parts, src, written);
  if (typeof lookAt(guest, dest, false) !== "number") replaceLink(parts, src, target, dest, options);
  requests.check(calls.sync("fs.symlink", target, dest), { syscall: "cp", path: src, dest });
}

/** Makes room for a link, unless that would let a directory be copied into itself. */
function replaceLink(parts: FsParts, src: string, target: string, dest: string, options: CopyDirectoryOptions): void {
  const { guest, requests } = parts;
  const { calls } = guest;
  const current = calls.sync("fs.readlink", dest);
  if (typeof current !== "string") {
    if (!options.dereference || (!options.force && options.errorOnExist)) {
      throw requests.failure(EEXIST, { syscall: "cp", path: dest }, undefined);
    }
  } else {
    const old = absolute(parts, dest, current);
    if (!options.dereference && calls.sync("fs.moduleStat", target) === MODULE_DIRECTORY && isWithin(old, target)) {
      throw copyError(guest, "ERR_FS_CP_EINVAL", `Cannot copy ${target} to a subdirectory of self ${old}`);
    }
    if (calls.sync("fs.moduleStat", dest) === MODULE_DIRECTORY && isWithin(target, old)) {
      throw copyError(guest, "ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY", `cannot overwrite ${old} with ${target}`);
    }
  }
  requests.check(calls.sync("fs.unlink", dest), { syscall: "cp", path: src, dest });
}

/** Whether `path` is `directory` or lies beneath it. */
function isWithin(path: string, directory: string): boolean {
  return path === directory || StringPrototypeStartsWith(path, `${directory}/`);
}

/** Where a link points, as an absolute path without dots. */
function absolute({ guest }: FsParts, link: string, target: string): string {
  const { resolve } = guest.library.require("path") as { resolve(...parts: string[]): string };
  return StringPrototypeStartsWith(target, "/") ? resolve(target) : resolve(parentOf(link) ?? ".", target);
}
