import type { Guest } from "./guest.ts";
import { StringPrototypeIncludes, TypedArrayPrototypeGetLength } from "./primordial.ts";

/** What a header of ELF takes on machines of 64 bits. */
const HEADER_SIZE = 64;

/** How the C library of Linux says why a file is not opened; by the names of errors. */
const reasons: Readonly<Record<string, string>> = {
  __proto__: null as never,
  EACCES: "Permission denied",
  EISDIR: "Is a directory",
  ELOOP: "Too many levels of symbolic links",
  EMFILE: "Too many open files",
  ENAMETOOLONG: "File name too long",
  ENOENT: "No such file or directory",
  ENOTDIR: "Not a directory",
  EPERM: "Operation not permitted",
};

/**
 * `process.dlopen` in a guest, which loads no native code: a file that no system would load fails as it does there, any
 * other because addons are disabled.
 *
 * @throws `ERR_DLOPEN_FAILED`, `ERR_DLOPEN_DISABLED`, `ERR_MISSING_ARGS`
 */
export function dlopen(guest: Guest, given: readonly unknown[]): never {
  const { coded } = guest.errors;
  if (given.length < 2) throw coded("TypeError", "ERR_MISSING_ARGS", "process.dlopen needs at least 2 arguments");
  const file = typeof given[1] === "string" ? given[1] : "";
  const fault = file === "" ? undefined : whyNotLoadable(guest, file);
  if (fault !== undefined) throw coded("Error", "ERR_DLOPEN_FAILED", `${file}: ${fault}`);
  throw coded(
    "Error",
    "ERR_DLOPEN_DISABLED",
    `Cannot load native addon${file === "" ? "" : ` ${file}`} because loading addons is disabled.`,
  );
}

function whyNotLoadable(guest: Guest, file: string): string | undefined {
  // A name alone is looked for in the system's libraries, of which a guest has none.
  if (!StringPrototypeIncludes(file, "/")) return `cannot open shared object file: ${reasons["ENOENT"]}`;
  const { calls } = guest;
  const fd = calls.sync("fs.open", file, 0, 0);
  if (typeof fd !== "number" || fd < 0) return `cannot open shared object file: ${said(guest, fd)}`;
  const read = calls.sync("fs.read", fd, HEADER_SIZE, 0);
  const fault =
    typeof read !== "number" || read < 0 ? `cannot read file data: ${said(guest, read)}` : faultOf(calls.payload(read));
  calls.sync("fs.close", fd);
  return fault;
}

function faultOf(header: Uint8Array): string | undefined {
  if (TypedArrayPrototypeGetLength(header) < HEADER_SIZE) return "file too short";
  const isElf = header[0] === 0x7f && header[1] === 0x45 && header[2] === 0x4c && header[3] === 0x46;
  return isElf ? undefined : "invalid ELF header";
}

function said(guest: Guest, failure: unknown): string {
  const errno = failure as number;
  const text = reasons[guest.errors.name(errno)] ?? `Unknown error ${-errno}`;
  const why = guest.calls.reason();
  return why === undefined || why === "" ? text : `${text} (${why})`;
}
