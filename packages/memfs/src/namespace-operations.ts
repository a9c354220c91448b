import { Buffer } from "node:buffer";
import { createFileSystemError, type ErrnoCode, errnoCodeOfError } from "@vivarium/core";
import { childrenOf, type Inode, inodeOf, type Link, type MemoryTree } from "./memory-tree.ts";
import { locate, type Place } from "./path-lookup.ts";
import { assertPath, assertText, isLongerThan, pathLimitBytes } from "./path-validation.ts";

/** Names that one file may have, as on ext4. */
const hardLinkLimit = 65_000;

const nofollow = (syscall: string): { readonly syscall: string; readonly follow: false } => ({
  syscall,
  follow: false,
});

export function makeDirectory(tree: MemoryTree, path: string, mode: number): void {
  const { directory, name, link } = locate(tree, path, nofollow("mkdir"));
  if (link !== undefined) throw createFileSystemError("EEXIST", { syscall: "mkdir", path });
  tree.attach(directory, name, tree.createInode("directory", mode, "mkdir", path));
}

/** Makes a directory and those that lead to it. What exists may be a link to a directory, but no file. */
export function makeDirectories(tree: MemoryTree, path: string, mode: number): void {
  assertPath(path, "mkdir");
  for (let end = path.indexOf("/", 1); end !== -1; end = path.indexOf("/", end + 1)) {
    makeMissingDirectory(tree, path.slice(0, end), mode, { path, isLast: false });
  }
  makeMissingDirectory(tree, path, mode, { path, isLast: true });
}

function makeMissingDirectory(
  tree: MemoryTree,
  part: string,
  mode: number,
  { path, isLast }: { readonly path: string; readonly isLast: boolean },
): void {
  const { directory, name, link } = locate(tree, part, nofollow("mkdir"));
  if (link === undefined) {
    tree.attach(directory, name, tree.createInode("directory", mode, "mkdir", path));
    return;
  }
  const named = locate(tree, part, { syscall: "mkdir", follow: true }).link;
  if (named === undefined) throw createFileSystemError("ENOENT", { syscall: "mkdir", path });
  if (!named.node.isDirectory()) {
    throw createFileSystemError(isLast ? "EEXIST" : "ENOTDIR", { syscall: "mkdir", path });
  }
}

export function removeFile(tree: MemoryTree, path: string): void {
  const { name, link } = locate(tree, path, nofollow("unlink"));
  if (link === undefined) throw createFileSystemError("ENOENT", { syscall: "unlink", path });
  if (link.node.isDirectory()) throw createFileSystemError("EISDIR", { syscall: "unlink", path });
  tree.detach(link, name);
}

export function removeDirectory(tree: MemoryTree, path: string): void {
  const { name, link } = locate(tree, path, nofollow("rmdir"));
  if (link === undefined) throw createFileSystemError("ENOENT", { syscall: "rmdir", path });
  if (!link.node.isDirectory()) throw createFileSystemError("ENOTDIR", { syscall: "rmdir", path });
  if (link === tree.root) throw createFileSystemError("EBUSY", { syscall: "rmdir", path });
  if (!isEmpty(link)) throw createFileSystemError("ENOTEMPTY", { syscall: "rmdir", path });
  tree.detach(link, name);
}

/** Order of the checks as in Linux's `rename(2)`, so that the code of the error is the same too. */
export function rename(tree: MemoryTree, from: string, to: string): void {
  const source = locateOf(tree, from, "rename", { from, to });
  const target = locateOf(tree, to, "rename", { from, to });
  const fail = (code: ErrnoCode): Error => createFileSystemError(code, { syscall: "rename", path: from, dest: to });
  if (from === "/" || to === "/") throw fail("EBUSY");
  const moved = source.link;
  if (moved === undefined) throw fail("ENOENT");
  if (isWithin(target.directory, moved)) throw fail("EINVAL");
  const replaced = target.link;
  if (replaced !== undefined) {
    if (isWithin(source.directory, replaced)) throw fail("ENOTEMPTY");
    if (replaced.node === moved.node) return;
    if (moved.node.isDirectory() && !replaced.node.isDirectory()) throw fail("ENOTDIR");
    if (!moved.node.isDirectory() && replaced.node.isDirectory()) throw fail("EISDIR");
    if (!isEmpty(replaced)) throw fail("ENOTEMPTY");
    tree.detach(replaced, target.name);
  }
  tree.move(moved, source.name, target.directory, target.name);
}

export function hardLink(tree: MemoryTree, existing: string, path: string): void {
  const fail = (code: ErrnoCode): Error => createFileSystemError(code, { syscall: "link", path: existing, dest: path });
  const { link: source } = locateOf(tree, existing, "link", { from: existing, to: path });
  if (source === undefined) throw fail("ENOENT");
  const { directory, name, link } = locateOf(tree, path, "link", { from: existing, to: path });
  if (link !== undefined) throw fail("EEXIST");
  if (source.node.isDirectory()) throw fail("EPERM");
  if (source.node.nlink >= hardLinkLimit) throw fail("EMLINK");
  tree.attachAgain(directory, name, inodeOf(source), "link", path);
}

export function socket(tree: MemoryTree, path: string, mode: number): void {
  const { directory, name, link } = locate(tree, path, nofollow("bind"));
  if (link !== undefined) throw createFileSystemError("EEXIST", { syscall: "bind", path });
  tree.attach(directory, name, tree.createInode("socket", mode, "bind", path));
}

export function symbolicLink(tree: MemoryTree, target: string, path: string): void {
  assertText(target, "symlink", path);
  if (target === "") throw createFileSystemError("ENOENT", { syscall: "symlink", path: target, dest: path });
  if (isLongerThan(target, pathLimitBytes))
    throw createFileSystemError("ENAMETOOLONG", { syscall: "symlink", path: target, dest: path });
  const { directory, name, link } = locate(tree, path, nofollow("symlink"));
  if (link !== undefined) throw createFileSystemError("EEXIST", { syscall: "symlink", path: target, dest: path });
  const inode = createSymbolicLink(tree, target, path);
  tree.attach(directory, name, inode);
}

/** Makes the inode of a symbolic link, which counts the bytes of its target. @throws `ENOSPC` */
export function createSymbolicLink(tree: MemoryTree, target: string, path: string): Inode {
  const size = Buffer.byteLength(target);
  tree.quota.takeBytes(size, "symlink", path);
  try {
    return Object.assign(tree.createInode("symlink", 0o777, "symlink", path), { symlink: target });
  } catch (error) {
    tree.quota.giveBytes(size);
    throw error;
  }
}

/** Names both paths in the error of an operation that takes two. */
function locateOf(
  tree: MemoryTree,
  path: string,
  syscall: string,
  { from, to }: { readonly from: string; readonly to: string },
): Place {
  try {
    return locate(tree, path, nofollow(syscall));
  } catch (error) {
    const code = errnoCodeOfError(error);
    throw code === undefined ? error : createFileSystemError(code, { syscall, path: from, dest: to });
  }
}

const isEmpty = (directory: Link): boolean => childrenOf(directory).next().done === true;

/** Whether `link` is `ancestor` or lies below it. */
function isWithin(link: Link, ancestor: Link): boolean {
  for (let current: Link | undefined = link; current !== undefined; current = current.parent) {
    if (current === ancestor) return true;
  }
  return false;
}
