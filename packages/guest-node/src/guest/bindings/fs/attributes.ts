import type { Binding } from "../../guest.ts";
import type { Request } from "./file-requests.ts";
import type { FsParts } from "./fs-parts.ts";

/** Operations that change a file's attributes by path. Node hands times over in seconds. */
export function attributeOperations({ requests, text }: FsParts): Binding {
  const chownLike =
    (syscall: string, follow: boolean) => (target: unknown, uid: number, gid: number, request: Request) => {
      const path = text.path(target);
      return requests.perform(request, {
        name: "fs.chown",
        args: [path, uid, gid, follow],
        operation: { syscall, path },
      });
    };
  const utimesLike =
    (syscall: string, follow: boolean) => (target: unknown, atime: number, mtime: number, request: Request) => {
      const path = text.path(target);
      return requests.perform(request, {
        name: "fs.utimes",
        args: [path, atime * 1000, mtime * 1000, follow],
        operation: { syscall, path },
      });
    };
  return {
    chmod: (target: unknown, mode: number, request: Request) => {
      const path = text.path(target);
      return requests.perform(request, { name: "fs.chmod", args: [path, mode], operation: { syscall: "chmod", path } });
    },
    chown: chownLike("chown", true),
    lchown: chownLike("lchown", false),
    utimes: utimesLike("utime", true),
    lutimes: utimesLike("lutime", false),
  };
}
