import { Buffer } from "node:buffer";
import type { DirectoryEntry, FileStat, FileType } from "@vivarium/core";
import { Volume } from "memfs";
import { Changes } from "./changes.ts";
import { assertMode, assertOwner, assertTime, type MetadataRequest } from "./metadata-validation.ts";
import type { PagedBytes } from "./paged-bytes.ts";
import type { Quota } from "./quota.ts";
import { Watches } from "./watches.ts";

type Superblock = Volume["_core"];
type MemfsNode = ReturnType<Superblock["createNode"]>;

/** One name in a directory: a hard link, in the words of memfs. */
export type Link = Superblock["root"];

/** What memfs keeps too coarsely (times in whole milliseconds, set when it sees fit) or takes from the host (owners). */
interface InodeRecord {
  uid: number;
  gid: number;
  atimeMs: number;
  mtimeMs: number;
  ctimeMs: number;
  birthtimeMs: number;
  /** Open files that hold it: its bytes outlive its last name until the last of them is closed. */
  opens: number;
  /** The name that it was given last, of which those hear who watch the directory. */
  link: Link | undefined;
  /** What is in a file; absent while nothing is. memfs would keep it in one piece of memory, and copy that to let it grow. */
  content: PagedBytes | undefined;
}

/** One file, directory, symbolic link or name of a socket, whatever names it has. */
export type Inode = MemfsNode & { readonly record: InodeRecord };

export type InodeType = Extract<FileType, "file" | "directory" | "symlink" | "socket">;

const typeBits = { file: 0o100000, directory: 0o040000, symlink: 0o120000, socket: 0o140000 } as const;
const permissionBits = 0o7777;
const directorySize = 4096;

/** memfs keeps the whole path in every link: with a million nested directories that alone would fill the memory. */
const noSteps: string[] = [];

/** The inode that a link names. Every node of a tree has been made by {@link MemoryTree.createInode}. */
export const inodeOf = (link: Link): Inode => link.node as Inode;

/** The names in a directory, without `.` and `..`, which memfs keeps among them. */
export function* childrenOf(directory: Link): Generator<readonly [name: string, child: Link]> {
  for (const [name, child] of directory.children) if (isChild(name, child)) yield [name, child];
}

/** The same, all at once: a third of the time for many. */
export function entriesOf(directory: Link): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  directory.children.forEach((child, name) => {
    if (isChild(name, child)) entries.push({ name, type: typeOf(inodeOf(child)) });
  });
  return entries;
}

function isChild(name: string, child: Link | undefined): child is Link {
  return child !== undefined && name !== "." && name !== "..";
}

export function typeOf(inode: Inode): InodeType {
  if (inode.isFile()) return "file";
  if (inode.isDirectory()) return "directory";
  return inode.isSymlink() ? "symlink" : "socket";
}

/** Bytes in a file. */
export const sizeOf = (inode: Inode): number => inode.record.content?.size ?? 0;

/** The bytes that an inode takes of the quota: the content of a file, the target of a symbolic link. */
export function chargeOf(inode: Inode): number {
  if (inode.isFile()) return sizeOf(inode);
  return inode.isSymlink() ? Buffer.byteLength(inode.symlink) : 0;
}

/** The tree of memfs with what POSIX asks of its inodes: owners, times, link counts, a quota. It judges no path. */
export class MemoryTree {
  readonly quota: Quota;
  readonly root: Link;
  /** Tells of what is different in it since; names, contents and attributes count, times of access do not. */
  readonly changes: Changes = new Changes();
  readonly watches: Watches = new Watches();
  readonly #owner: { readonly uid: number; readonly gid: number };
  readonly #core: Superblock = new Volume()._core;
  readonly #open = new Set<Inode>();
  readonly #clock: () => number;
  #stampMs: number | undefined;

  constructor(options: { quota: Quota; now: () => number; uid: number; gid: number }) {
    this.quota = options.quota;
    this.#clock = options.now;
    this.#owner = { uid: options.uid, gid: options.gid };
    this.root = this.#core.root;
    this.#core.deleteNode(this.root.node);
    const rootInode = this.createInode("directory", 0o755, "mkdir", "/");
    this.root.setNode(rootInode);
    rootInode.nlink = 2;
    this.root.steps = noSteps;
    // In memfs the root is its own parent: whoever climbs would never arrive.
    this.root.parent = undefined;
  }

  /** The time of what happens now, in milliseconds since the epoch. */
  now(): number {
    return this.#stampMs ?? this.#clock();
  }

  /** Has all that `action` does happen at one given time. */
  stampedAt<T>(timeMs: number, action: () => T): T {
    const before = this.#stampMs;
    this.#stampMs = timeMs;
    try {
      return action();
    } finally {
      this.#stampMs = before;
    }
  }

  /** Makes an inode without a name. @throws `ENOSPC`, `EINVAL` */
  createInode(type: InodeType, mode: number, syscall: string, path: string): Inode {
    assertMode(mode, { syscall, path });
    this.quota.takeInode(syscall, path);
    const now = this.now();
    const times = { atimeMs: now, mtimeMs: now, ctimeMs: now, birthtimeMs: now };
    const record: InodeRecord = { ...this.#owner, ...times, opens: 0, link: undefined, content: undefined };
    return Object.assign(this.#core.createNode(typeBits[type] | (mode & permissionBits)), { record });
  }

  /** Gives a new inode its first name. */
  attach(directory: Link, name: string, inode: Inode): Link {
    const link = directory.createChild(name, inode);
    link.steps = noSteps;
    inode.record.link = link;
    this.#touchDirectory(directory);
    this.watches.entryChanged(directory, name);
    if (sizeOf(inode) > 0) this.watches.changed(inode);
    return link;
  }

  /** Gives a file one more name. It counts as an inode of the quota: it takes as much memory. @throws `ENOSPC` */
  attachAgain(directory: Link, name: string, inode: Inode, syscall: string, path: string): Link {
    this.quota.takeInode(syscall, path);
    inode.nlink += 1;
    inode.record.ctimeMs = this.now();
    return this.attach(directory, name, inode);
  }

  /** Takes a name away, and what it named when that was the last of its names and nobody has it open. */
  detach(link: Link, name: string): void {
    const inode = inodeOf(link);
    const directory = this.#unhook(link, name);
    if (inode.isDirectory()) inode.nlink = 0;
    else inode.nlink -= 1;
    inode.record.ctimeMs = this.now();
    if (inode.record.link === link) inode.record.link = undefined;
    this.#touchDirectory(directory);
    this.watches.entryChanged(directory, name);
    this.watches.renamed(inode, name);
    if (inode.nlink > 0) this.quota.giveInode();
    else if (inode.record.opens === 0) this.#release(inode);
  }

  /** Moves a link to a free name. */
  move(link: Link, name: string, directory: Link, newName: string): void {
    const oldDirectory = this.#unhook(link, name);
    link.name = newName;
    directory.setChild(newName, link);
    this.#touchDirectory(oldDirectory);
    this.#touchDirectory(directory);
    const inode = inodeOf(link);
    inode.record.link = link;
    inode.record.ctimeMs = this.now();
    this.watches.entryChanged(oldDirectory, name);
    this.watches.entryChanged(directory, newName);
    this.watches.renamed(inode, newName);
  }

  /** Throws away an inode that never got a name. */
  discard(inode: Inode): void {
    inode.nlink = 0;
    this.#release(inode);
  }

  /** Empties it. What is open stays until it is closed. */
  clear(): void {
    const found: Array<readonly [name: string, link: Link]> = [...childrenOf(this.root)];
    for (const [, link] of found) found.push(...childrenOf(link));
    for (const [name, link] of found.reverse()) this.detach(link, name);
  }

  /** What would stay counted after {@link clear}: the root, and whatever is open. */
  get heldWhenCleared(): { readonly bytes: number; readonly inodes: number } {
    let bytes = 0;
    for (const inode of this.#open) bytes += chargeOf(inode);
    return { bytes, inodes: this.#open.size + (this.#open.has(inodeOf(this.root)) ? 0 : 1) };
  }

  /** Whether somebody has a file open: it counts in the quota even when its last name is gone. */
  get isHeld(): boolean {
    return this.#open.size > 0;
  }

  hold(inode: Inode): void {
    inode.record.opens += 1;
    this.#open.add(inode);
  }

  letGo(inode: Inode): void {
    inode.record.opens -= 1;
    if (inode.record.opens > 0) return;
    this.#open.delete(inode);
    if (inode.nlink === 0) this.#release(inode);
  }

  /** @throws `EINVAL` */
  chmod(inode: Inode, mode: number, request: MetadataRequest): void {
    assertMode(mode, request);
    inode.mode = (inode.mode & ~permissionBits) | (mode & permissionBits);
    this.touch(inode);
  }

  /** -1 leaves an owner as it is. @throws `EINVAL` */
  chown(inode: Inode, uid: number, gid: number, request: MetadataRequest): void {
    assertOwner(uid, request);
    assertOwner(gid, request);
    const { record } = inode;
    if (uid !== -1) record.uid = uid;
    if (gid !== -1) record.gid = gid;
    this.touch(inode);
  }

  /** @throws `EINVAL` */
  utimes(inode: Inode, atimeMs: number, mtimeMs: number, request: MetadataRequest): void {
    assertTime(atimeMs, request);
    assertTime(mtimeMs, request);
    const { record } = inode;
    record.atimeMs = atimeMs;
    record.mtimeMs = mtimeMs;
    this.touch(inode);
  }

  /** Something in an inode is different. */
  touch(inode: Inode): void {
    this.#stamp(inode);
    this.watches.changed(inode);
  }

  stat(inode: Inode): FileStat {
    const { record } = inode;
    const type = typeOf(inode);
    const size = type === "directory" ? directorySize : chargeOf(inode);
    return {
      type,
      mode: inode.mode & permissionBits,
      size,
      nlink: inode.nlink,
      uid: record.uid,
      gid: record.gid,
      ino: inode.ino,
      dev: 1,
      atimeMs: record.atimeMs,
      mtimeMs: record.mtimeMs,
      ctimeMs: record.ctimeMs,
      birthtimeMs: record.birthtimeMs,
      rdev: 0,
      blksize: directorySize,
      blocks: Math.ceil(size / 512),
    };
  }

  #unhook(link: Link, name: string): Link {
    const directory = link.parent ?? this.root;
    directory.children.delete(name);
    directory.length -= 1;
    if (link.node.isDirectory()) {
      link.children.delete("..");
      directory.node.nlink -= 1;
    }
    return directory;
  }

  #touchDirectory(directory: Link): void {
    const inode = inodeOf(directory);
    this.#stamp(inode);
    inode.record.mtimeMs = inode.record.ctimeMs;
  }

  #stamp(inode: Inode): void {
    inode.record.ctimeMs = this.now();
    this.changes.note();
  }

  #release(inode: Inode): void {
    this.quota.giveBytes(chargeOf(inode));
    this.quota.giveInode();
    this.#core.deleteNode(inode);
  }
}
