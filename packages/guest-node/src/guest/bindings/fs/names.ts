import type { Binding } from "../../guest.ts";
import type { Request } from "./file-requests.ts";
import type { FsParts } from "./fs-parts.ts";

/** Operations that make, move and remove names. */
export function nameChangingOperations(parts: FsParts): Binding {
  return { ...pairOperations(parts), ...singleOperations(parts) };
}

function pairOperations({ requests, text, checks }: FsParts): Binding {
  return {
    rename: (from: unknown, to: unknown, request: Request) => {
      const path = text.path(from);
      const dest = text.path(to);
      return requests.perform(request, {
        name: "fs.rename",
        args: [path, dest],
        operation: { syscall: "rename", path, dest },
      });
    },
    link: (existing: unknown, fresh: unknown, request: Request) => {
      const path = text.path(existing);
      const dest = text.path(fresh);
      return requests.perform(request, {
        name: "fs.link",
        args: [path, dest],
        operation: { syscall: "link", path, dest },
      });
    },
    symlink: (target: unknown, link: unknown, _flags: unknown, request: Request) => {
      const path = text.path(target);
      const dest = text.path(link);
      return requests.perform(request, {
        name: "fs.symlink",
        args: [path, dest],
        operation: { syscall: "symlink", path, dest },
      });
    },
    copyFile: (from: unknown, to: unknown, mode: unknown, request: Request) => {
      const path = text.path(from);
      const dest = text.path(to);
      return requests.perform(request, {
        name: "fs.copyFile",
        args: [path, dest, checks.copyMode(mode)],
        operation: { syscall: "copyfile", path, dest },
      });
    },
  };
}

function singleOperations({ requests, text }: FsParts): Binding {
  return {
    mkdir: (target: unknown, mode: number, recursive: unknown, request: Request) => {
      const path = text.path(target);
      return requests.perform(request, {
        name: "fs.mkdir",
        args: [path, mode, recursive === true],
        operation: { syscall: "mkdir", path },
        value: (first) => (recursive === true && first !== "" ? first : undefined),
      });
    },
    mkdtemp: (prefix: unknown, encoding: unknown, request: Request) => {
      const start = text.path(prefix);
      return requests.perform(request, {
        name: "fs.mkdtemp",
        args: [start],
        operation: { syscall: "mkdtemp", path: `${start}XXXXXX` },
        value: (path) => text.encoded(path as string, encoding),
      });
    },
    rmdir: (target: unknown, request: Request) => {
      const path = text.path(target);
      return requests.perform(request, { name: "fs.rmdir", args: [path], operation: { syscall: "rmdir", path } });
    },
    unlink: (target: unknown, request: Request) => {
      const path = text.path(target);
      return requests.perform(request, { name: "fs.unlink", args: [path], operation: { syscall: "unlink", path } });
    },
  };
}
