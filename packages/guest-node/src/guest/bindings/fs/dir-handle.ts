import type { Binding, Guest } from "../../guest.ts";
import { createOwnRegistry } from "../../own-registry.ts";
import { ArrayPrototypePush } from "../../past-prototypes.ts";
import { WeakMapPrototypeGet, WeakMapPrototypeSet } from "../../primordial.ts";
import { type Entries, splitEntries } from "./directory-entries.ts";
import type { Operation, Request } from "./file-requests.ts";
import { fsPartsOf } from "./fs-parts.ts";

interface OpenDirectory {
  fd: number;
  /** Undefined until it is read for the first time. */
  entries: Entries | undefined;
  next: number;
}

const CLOSED = -1;
const EBADF = -9;
const O_DIRECTORY = 0o200000;

/** `internalBinding('fs_dir')`. A directory is listed when it is first read, and read out of that listing. */
export function fsDirBinding(guest: Guest): Binding {
  const { requests, text } = fsPartsOf(guest);
  const opened = new WeakMap<object, OpenDirectory>();
  const closeWhenDead = createOwnRegistry<OpenDirectory>(guest, (directory) => closeDropped(guest, directory));

  class DirHandle {
    constructor() {
      guest.wraps.adopt(this, "DIRHANDLE");
    }

    /** Up to `count` entries, names and types in turn; `null` at the end. */
    read(encoding: unknown, count: number, request: Request): unknown {
      const directory = WeakMapPrototypeGet(opened, this);
      if (directory === undefined || directory.fd === CLOSED) {
        return requests.settle(request, requests.failure(EBADF, { syscall: "scandir" }, undefined), undefined);
      }
      if (directory.entries !== undefined) {
        return requests.settle(request, undefined, nextEntries(directory, directory.entries, count));
      }
      return requests.perform(request, {
        name: "fs.freaddir",
        args: [directory.fd],
        operation: { syscall: "scandir" },
        value: (listing) => {
          directory.entries ??= splitEntries(text, listing as string, encoding);
          return nextEntries(directory, directory.entries, count);
        },
      });
    }

    close(request: Request): unknown {
      const directory = WeakMapPrototypeGet(opened, this);
      const operation = { syscall: "closedir" };
      if (directory === undefined || directory.fd === CLOSED) {
        return requests.settle(request, requests.failure(EBADF, operation, undefined), undefined);
      }
      const { fd } = directory;
      directory.fd = CLOSED;
      return requests.perform(request, { name: "fs.close", args: [fd], operation });
    }
  }
  guest.wraps.dress(DirHandle.prototype);

  const open = (path: string, operation: Operation, request: Request): unknown =>
    requests.perform(request, {
      name: "fs.open",
      args: [path, O_DIRECTORY, 0],
      operation,
      value: (fd) => {
        const handle = new DirHandle();
        const directory: OpenDirectory = { fd: fd as number, entries: undefined, next: 0 };
        WeakMapPrototypeSet(opened, handle, directory);
        closeWhenDead(handle, directory);
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

function nextEntries(directory: OpenDirectory, { names, types }: Entries, count: number): unknown {
  if (directory.next >= names.length) return null;
  const flat: unknown[] = [];
  for (let taken = 0; taken < count && directory.next < names.length; taken++) {
    ArrayPrototypePush(flat, names[directory.next]);
    ArrayPrototypePush(flat, types[directory.next]);
    directory.next++;
  }
  return flat;
}

/** A handle that nobody has closed and nobody can is closed as Node does it, which is loud about it. */
function closeDropped(guest: Guest, directory: OpenDirectory): void {
  if (directory.fd === CLOSED) return;
  guest.calls.sync("fs.close", directory.fd);
  directory.fd = CLOSED;
  const emitWarning = guest.process["emitWarning"] as (message: string) => void;
  emitWarning("Closing directory handle on garbage collection");
}
