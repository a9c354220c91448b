import type { Binding, Guest } from "../../guest.ts";
import { ArrayPrototypePush } from "../../past-prototypes.ts";
import { WeakMapPrototypeGet, WeakMapPrototypeSet } from "../../primordial.ts";
import { type Entries, splitEntries } from "./directory-entries.ts";
import type { Operation, Request } from "./file-requests.ts";
import { fsPartsOf } from "./fs-parts.ts";

interface OpenDirectory {
  readonly listing: string;
  entries: Entries | undefined;
  next: number;
  closed: boolean;
}

const EBADF = -9;

/** `internalBinding('fs_dir')`. A directory is listed when it is opened, and read out of that listing. */
export function fsDirBinding(guest: Guest): Binding {
  const { requests, text } = fsPartsOf(guest);
  const opened = new WeakMap<object, OpenDirectory>();

  class DirHandle {
    constructor() {
      guest.wraps.adopt(this, "DIRHANDLE");
    }

    /** Up to `count` entries, names and types in turn; `null` at the end. */
    read(encoding: unknown, count: number, request: Request): unknown {
      const directory = WeakMapPrototypeGet(opened, this);
      if (directory === undefined || directory.closed) {
        return requests.settle(request, requests.failure(EBADF, { syscall: "scandir" }, undefined), undefined);
      }
      return requests.settle(request, undefined, nextEntries(directory, encoding, count));
    }

    close(request: Request): unknown {
      const directory = WeakMapPrototypeGet(opened, this);
      if (directory === undefined || directory.closed) {
        return requests.settle(request, requests.failure(EBADF, { syscall: "closedir" }, undefined), undefined);
      }
      directory.closed = true;
      return requests.settle(request, undefined, undefined);
    }
  }
  guest.wraps.dress(DirHandle.prototype);

  function nextEntries(directory: OpenDirectory, encoding: unknown, count: number): unknown {
    directory.entries ??= splitEntries(text, directory.listing, encoding);
    const { names, types } = directory.entries;
    if (directory.next >= names.length) return null;
    const flat: unknown[] = [];
    for (let taken = 0; taken < count && directory.next < names.length; taken++) {
      ArrayPrototypePush(flat, names[directory.next]);
      ArrayPrototypePush(flat, types[directory.next]);
      directory.next++;
    }
    return flat;
  }

  const open = (path: string, operation: Operation, request: Request): unknown =>
    requests.perform(request, {
      name: "fs.readdir",
      args: [path],
      operation,
      value: (listing) => {
        const handle = new DirHandle();
        WeakMapPrototypeSet(opened, handle, { listing: listing as string, entries: undefined, next: 0, closed: false });
        return handle;
      },
    });
  return {
    __proto__: null,
    DirHandle,
    opendir: (target: unknown, _encoding: unknown, request: Request) => {
      const path = text.path(target);
      return open(path, { syscall: "opendir", path }, request);
    },
    // Node 24 names no path in the error of this one.
    opendirSync: (target: unknown) => open(text.path(target), { syscall: "opendir" }, undefined),
  };
}
