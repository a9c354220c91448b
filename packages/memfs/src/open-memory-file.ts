import { createFileSystemError, type FileStat, type OpenFile, type OpenFlags } from "@vivarium/core";
import { readContentInto, resizeContent, writeContent } from "./file-content.ts";
import { type Inode, inodeOf, type MemoryTree, sizeOf } from "./memory-tree.ts";
import { locate } from "./path-lookup.ts";

/** An open file that answers at once. */
export type MemoryOpenFile = {
  [Verb in keyof OpenFile]: (...args: Parameters<OpenFile[Verb]>) => Awaited<ReturnType<OpenFile[Verb]>>;
};

/** Opens a file, or makes it when the flags say so. @throws `ENOENT`, `EEXIST`, `EISDIR`, `ENOTDIR`, `ELOOP`, `ENOSPC`, … */
export function openMemoryFile(tree: MemoryTree, path: string, flags: OpenFlags, mode: number): MemoryOpenFile {
  if (flags.create && flags.directory) throw createFileSystemError("EINVAL", { syscall: "open", path });
  const mustBeNew = flags.create && flags.exclusive;
  const { directory, name, link } = locate(tree, path, {
    syscall: "open",
    follow: !mustBeNew && !flags.noFollow,
    create: flags.create,
  });
  if (link === undefined) {
    if (!flags.create) throw createFileSystemError("ENOENT", { syscall: "open", path });
    const inode = tree.createInode("file", mode, "open", path);
    tree.attach(directory, name, inode);
    return new OpenMemoryFile(tree, inode, path, flags);
  }
  if (mustBeNew) throw createFileSystemError("EEXIST", { syscall: "open", path });
  const inode = inodeOf(link);
  if (flags.directory && !inode.isDirectory()) throw createFileSystemError("ENOTDIR", { syscall: "open", path });
  if (inode.isSymlink()) throw createFileSystemError("ELOOP", { syscall: "open", path });
  if (inode.isDirectory()) {
    if (flags.write || flags.create || flags.truncate) throw createFileSystemError("EISDIR", { syscall: "open", path });
  } else if (flags.truncate) {
    resizeContent(tree, inode, 0, { syscall: "open", path });
  }
  return new OpenMemoryFile(tree, inode, path, flags);
}

/** Holds the inode itself, so that it outlives a rename and the removal of its last name. */
class OpenMemoryFile implements MemoryOpenFile {
  readonly #tree: MemoryTree;
  readonly #inode: Inode;
  /** The path that it was opened by: for messages only. */
  readonly #path: string;
  readonly #flags: OpenFlags;
  #isOpen = true;

  constructor(tree: MemoryTree, inode: Inode, path: string, flags: OpenFlags) {
    this.#tree = tree;
    this.#inode = inode;
    this.#path = path;
    this.#flags = { ...flags };
    tree.hold(inode);
  }

  stat(): FileStat {
    return this.#tree.stat(this.#opened("fstat"));
  }

  read(buffer: Uint8Array, position: number): number {
    const inode = this.#opened("read");
    if (!this.#flags.read) throw createFileSystemError("EBADF", { syscall: "read", path: this.#path });
    if (inode.isDirectory()) throw createFileSystemError("EISDIR", { syscall: "read", path: this.#path });
    this.#assertPosition(position, "read");
    return readContentInto(this.#tree, inode, buffer, position);
  }

  write(data: Uint8Array, position: number): number {
    const inode = this.#opened("write");
    if (!this.#flags.write) throw createFileSystemError("EBADF", { syscall: "write", path: this.#path });
    this.#assertPosition(position, "write");
    const start = this.#flags.append ? sizeOf(inode) : position;
    writeContent(this.#tree, inode, data, start, { syscall: "write", path: this.#path });
    return data.length;
  }

  truncate(size: number): void {
    const inode = this.#opened("ftruncate");
    if (!this.#flags.write) throw createFileSystemError("EINVAL", { syscall: "ftruncate", path: this.#path });
    resizeContent(this.#tree, inode, size, { syscall: "ftruncate", path: this.#path });
  }

  chmod(mode: number): void {
    this.#tree.chmod(this.#opened("fchmod"), mode, { syscall: "fchmod", path: this.#path });
  }

  chown(uid: number, gid: number): void {
    this.#tree.chown(this.#opened("fchown"), uid, gid, { syscall: "fchown", path: this.#path });
  }

  utimes(atimeMs: number, mtimeMs: number): void {
    this.#tree.utimes(this.#opened("futimes"), atimeMs, mtimeMs, { syscall: "futimes", path: this.#path });
  }

  sync(): void {
    this.#opened("fsync");
  }

  /** Closing twice is no error: whoever cleans up need not know who did before. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#tree.letGo(this.#inode);
  }

  #opened(syscall: string): Inode {
    if (!this.#isOpen) throw createFileSystemError("EBADF", { syscall, path: this.#path });
    return this.#inode;
  }

  #assertPosition(position: number, syscall: string): void {
    if (!Number.isSafeInteger(position) || position < 0)
      throw createFileSystemError("EINVAL", { syscall, path: this.#path });
  }
}
