import { isEntryPoint } from "../../entry-point.ts";
import type { Binding } from "../../guest.ts";
import { splitEntries } from "./directory-entries.ts";
import type { Request } from "./file-requests.ts";
import type { FsParts } from "./fs-parts.ts";

const ENOENT = -2;
const ENOTDIR = -20;
const MODULE_FILE = 0;
const MODULE_NEITHER = 2;

const isMissing = (errno: number): boolean => errno === ENOENT || errno === ENOTDIR;
const never = (): boolean => false;

/** Operations that look at paths: stats, access, directories, links, and the module loaders' probes. */
export function inspectingOperations(parts: FsParts): Binding {
  return { ...statOperations(parts), ...nameOperations(parts), ...probes(parts) };
}

function statOperations({ guest, requests, text, stats, checks }: FsParts): Binding {
  const { calls } = guest;
  const statLike =
    (syscall: "stat" | "lstat", follow: boolean) =>
    (target: unknown, bigint: unknown, request: Request, throwIfNoEntry?: unknown): unknown => {
      const path = text.path(target);
      const wide = bigint === true;
      if (request === undefined) {
        const result = calls.sync("fs.stat", path, follow);
        if (result === 0) return stats.takeStat(wide, false);
        if (throwIfNoEntry === false && isMissing(result as number)) return undefined;
        return requests.check(result, { syscall, path });
      }
      return requests.perform(request, {
        name: "fs.stat",
        args: [path, follow],
        operation: { syscall, path },
        value: () => stats.takeStat(wide, true),
        tolerates: throwIfNoEntry === false ? isMissing : never,
      });
    };
  return {
    stat: statLike("stat", true),
    lstat: statLike("lstat", false),
    fstat: (fd: unknown, bigint: unknown, request: Request) =>
      requests.perform(request, {
        name: "fs.fstat",
        args: [checks.fd(fd)],
        operation: { syscall: "fstat" },
        value: () => stats.takeStat(bigint === true, request !== undefined),
      }),
    statfs: (target: unknown, bigint: unknown, request: Request) => {
      const path = text.path(target);
      return requests.perform(request, {
        name: "fs.statfs",
        args: [path],
        operation: { syscall: "statfs", path },
        value: () => stats.takeStatFs(bigint === true, request !== undefined),
      });
    },
    access: (target: unknown, mode: unknown, request: Request) => {
      const path = text.path(target);
      return requests.perform(request, {
        name: "fs.access",
        args: [path, checks.accessMode(mode)],
        operation: { syscall: "access", path },
      });
    },
    existsSync: (target: unknown) => calls.sync("fs.exists", text.path(target)) === 1,
  };
}

function nameOperations({ requests, text }: FsParts): Binding {
  return {
    readdir: (target: unknown, encoding: unknown, withFileTypes: unknown, request: Request) => {
      const path = text.path(target);
      return requests.perform(request, {
        name: "fs.readdir",
        args: [path],
        operation: { syscall: "scandir", path },
        value: (listing) => {
          const { names, types } = splitEntries(text, listing as string, encoding);
          return withFileTypes === true ? [names, types] : names;
        },
      });
    },
    readlink: (target: unknown, encoding: unknown, request: Request) => {
      const path = text.path(target);
      return requests.perform(request, {
        name: "fs.readlink",
        args: [path],
        operation: { syscall: "readlink", path },
        value: (found) => text.encoded(found as string, encoding),
      });
    },
    realpath: (target: unknown, encoding: unknown, request: Request) => {
      const path = text.path(target);
      return requests.perform(request, {
        name: "fs.realpath",
        args: [path],
        operation: { syscall: "realpath", path },
        value: (found) => text.encoded(found as string, encoding),
      });
    },
  };
}

function probes({ guest, text }: FsParts): Binding {
  const { calls } = guest;
  return {
    internalModuleStat: (first: unknown, second?: unknown) => {
      const path = typeof first === "string" || second === undefined ? first : second;
      const file = text.path(path);
      if (isEntryPoint(guest, file)) return MODULE_FILE;
      const kind = calls.sync("fs.moduleStat", file);
      return kind === MODULE_NEITHER ? ENOENT : kind;
    },
  };
}
