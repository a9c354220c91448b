import { createFileSystemError } from "@vivarium/core";
import { inodeOf, type Link, type MemoryTree } from "./memory-tree.ts";
import { assertPath, isLongerThan, nameLimitBytes } from "./path-validation.ts";

/** Symbolic links that one lookup follows, as on Linux. */
const linkLimit = 40;

/** What the last component of a path stands for: the directory it is in, and the link there, if there is one. */
export interface Place {
  readonly directory: Link;
  readonly name: string;
  readonly link: Link | undefined;
}

/** What one lookup needs to know of the operation that asked. */
export interface LookupRequest {
  readonly syscall: string;
  /** Whether a symbolic link in the last component is followed. */
  readonly follow: boolean;
  /** Whether a missing file is going to be made: a link to `dir/` is then no name for it (`EISDIR`, as on Linux). */
  readonly create?: boolean;
}

/**
 * Finds a path on which no component is a symbolic link, in one walk. The path has been validated: `.` and `..`, which
 * memfs keeps among the children of a directory, are not in it. A file has no children, so a path through one ends here.
 */
export function findPlain(tree: MemoryTree, path: string): Link | undefined {
  let link = tree.root;
  let start = 1;
  if (path.length === 1) return link;
  for (;;) {
    const end = path.indexOf("/", start);
    const child = link.children.get(end === -1 ? path.slice(start) : path.slice(start, end));
    if (child === undefined || child.node.isSymlink()) return undefined;
    if (end === -1) return child;
    link = child;
    start = end + 1;
  }
}

/** Finds what a path names. @throws `ENOENT`, `ENOTDIR`, `ELOOP`, `ENAMETOOLONG`, `EINVAL` */
export function find(tree: MemoryTree, path: string, request: LookupRequest): Link {
  assertPath(path, request.syscall);
  const plain = findPlain(tree, path);
  if (plain !== undefined) return plain;
  const { link } = walk(tree, path, request);
  if (link === undefined) throw createFileSystemError("ENOENT", { syscall: request.syscall, path });
  return link;
}

/** Finds where a path is or would be. @throws `ENOENT` for a missing parent, `ENOTDIR`, `ELOOP`, `ENAMETOOLONG`, `EINVAL` */
export function locate(tree: MemoryTree, path: string, request: LookupRequest): Place {
  assertPath(path, request.syscall);
  return walk(tree, path, request);
}

/** Path resolution as POSIX has it: a component at a time, so that `link/..` is the parent of what the link names. */
function walk(tree: MemoryTree, path: string, { syscall, follow, create = false }: LookupRequest): Place {
  const pending = path.split("/").reverse();
  let current = tree.root;
  let followed = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (!current.node.isDirectory()) throw createFileSystemError("ENOTDIR", { syscall, path });
    if (name === "" || name === ".") continue;
    if (name === "..") {
      current = current.parent ?? tree.root;
      continue;
    }
    if (isLongerThan(name, nameLimitBytes)) throw createFileSystemError("ENAMETOOLONG", { syscall, path });
    const isLast = pending.length === 0;
    if (create && !isLast && pending.every((step) => step === "")) {
      throw createFileSystemError("EISDIR", { syscall, path });
    }
    const child = current.children.get(name);
    if (child?.node.isSymlink() && (follow || !isLast)) {
      followed += 1;
      if (followed > linkLimit) throw createFileSystemError("ELOOP", { syscall, path });
      const target = inodeOf(child).symlink;
      if (target.startsWith("/")) current = tree.root;
      pending.push(...target.split("/").reverse());
      continue;
    }
    if (isLast) return { directory: current, name, link: child };
    if (child === undefined) throw createFileSystemError("ENOENT", { syscall, path });
    current = child;
  }
  return { directory: current.parent ?? current, name: current.name, link: current };
}
