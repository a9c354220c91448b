import type { Binding } from "../../guest.ts";
import type { Request } from "./file-requests.ts";
import type { FsParts } from "./fs-parts.ts";

/** Operations on descriptors that do not move content. */
export function descriptorOperations({ requests, text }: FsParts): Binding {
  const sync = (syscall: string) => (fd: number, request: Request) =>
    requests.perform(request, { name: "fs.fsync", args: [fd], operation: { syscall } });
  return {
    open: (target: unknown, flags: number, mode: number, request: Request) => {
      const path = text.path(target);
      return requests.perform(request, {
        name: "fs.open",
        args: [path, flags, mode],
        operation: { syscall: "open", path },
        value: (fd) => fd,
      });
    },
    close: (fd: number, request: Request) =>
      requests.perform(request, { name: "fs.close", args: [fd], operation: { syscall: "close" } }),
    fsync: sync("fsync"),
    fdatasync: sync("fdatasync"),
    ftruncate: (fd: number, size: number, request: Request) =>
      requests.perform(request, { name: "fs.ftruncate", args: [fd, size], operation: { syscall: "ftruncate" } }),
    fchmod: (fd: number, mode: number, request: Request) =>
      requests.perform(request, { name: "fs.fchmod", args: [fd, mode], operation: { syscall: "fchmod" } }),
    fchown: (fd: number, uid: number, gid: number, request: Request) =>
      requests.perform(request, { name: "fs.fchown", args: [fd, uid, gid], operation: { syscall: "fchown" } }),
    futimes: (fd: number, atime: number, mtime: number, request: Request) =>
      requests.perform(request, {
        name: "fs.futimes",
        args: [fd, atime * 1000, mtime * 1000],
        operation: { syscall: "futime" },
      }),
  };
}
