import type { Binding } from "../../guest.ts";
import { splitEntries } from "./directory-entries.ts";
import type { FsParts } from "./fs-parts.ts";
import { joined, lookAt } from "./quick-look.ts";

const ENOENT = -2;

/** `rmSync`: removes a file, or a directory with what it holds. What is not there is as good as removed. */
export function removingOperations({ guest, requests, text }: FsParts): Binding {
  const { calls } = guest;
  const attempt = (result: unknown, path: string): void => {
    if (result !== ENOENT) requests.check(result as number, { syscall: "rm", path });
  };
  const remove = (path: string, recursive: boolean): void => {
    const found = lookAt(guest, path, false);
    if (typeof found === "number") {
      attempt(found, path);
      return;
    }
    if (found.type !== "directory") {
      attempt(calls.sync("fs.unlink", path), path);
      return;
    }
    if (!recursive) throw guest.errors.coded("Error", "ERR_FS_EISDIR", `Path is a directory: ${path}`);
    const listing = calls.sync("fs.readdir", path);
    attempt(listing, path);
    if (typeof listing === "string") {
      const { names } = splitEntries(text, listing, undefined);
      for (let index = 0; index < names.length; index++) remove(joined(path, names[index] as string), true);
    }
    attempt(calls.sync("fs.rmdir", path), path);
  };
  return {
    rmSync: (target: unknown, _maxRetries: number, recursive: unknown) => {
      remove(text.path(target), recursive === true);
    },
  };
}
