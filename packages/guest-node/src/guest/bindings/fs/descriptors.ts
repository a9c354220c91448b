import type { Binding } from "../../guest.ts";
import type { Request } from "./file-requests.ts";
import type { FsParts } from "./fs-parts.ts";

/** Operations on descriptors that do not move content. */
export function descriptorOperations({ requests, text, checks }: FsParts): Binding {
  const sync = (syscall: string) => (fd: unknown, request: Request) =>
    requests.perform(request, { name: "fs.fsync", args: [checks.fd(fd)], operation: { syscall } });
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
    close: (fd: unknown, request: Request) =>
      requests.perform(request, { name: "fs.close", args: [checks.fd(fd)], operation: { syscall: "close" } }),
    fsync: sync("fsync"),
    fdatasync: sync("fdatasync"),
    ftruncate: (fd: unknown, size: number, request: Request) =>
      requests.perform(request, {
        name: "fs.ftruncate",
        args: [checks.fd(fd), size],
        operation: { syscall: "ftruncate" },
      }),
    fchmod: (fd: unknown, mode: number, request: Request) =>
      requests.perform(request, { name: "fs.fchmod", args: [checks.fd(fd), mode], operation: { syscall: "fchmod" } }),
    fchown: (fd: unknown, uid: number, gid: number, request: Request) =>
      requests.perform(request, {
        name: "fs.fchown",
        args: [checks.fd(fd), uid, gid],
        operation: { syscall: "fchown" },
      }),
    futimes: (fd: unknown, atime: number, mtime: number, request: Request) =>
      requests.perform(request, {
        name: "fs.futimes",
        args: [checks.fd(fd), atime * 1000, mtime * 1000],
        operation: { syscall: "futime" },
      }),
  };
}
