import { Buffer } from "node:buffer";
import {
  createFileSystemError,
  type DirectoryEntry,
  errnoCodeOfError,
  type FileChange,
  type FileStat,
  type FileSystemUsage,
  type FileWatch,
  type MakeDirectoryOptions,
  type OpenFlags,
  type WriteFileOptions,
} from "@vivarium/core";
import { readContent, readContentInto, replaceContent, resizeContent, writeContent } from "./file-content.ts";
import { captureSnapshot, type FileSystemSnapshot } from "./file-system-snapshot.ts";
import type { InMemoryFileSystem } from "./in-memory-file-system.ts";
import { loadSnapshot } from "./load-snapshot.ts";
import { entriesOf, type Inode, inodeOf, type Link, MemoryTree, sizeOf } from "./memory-tree.ts";
import * as names from "./namespace-operations.ts";
import { type MemoryOpenFile, openMemoryFile } from "./open-memory-file.ts";
import { find, findPlain, locate } from "./path-lookup.ts";
import { assertPath, createTypeError } from "./path-validation.ts";
import { Quota, type QuotaLimits } from "./quota.ts";
import { offerReplicas } from "./replica-source.ts";

/** What `statfs(2)` tells of a tmpfs. */
const tmpfsMagic = 0x01021994;
const blockBytes = 4096;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

export interface MemoryFileSystemConfig extends QuotaLimits {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly now: () => number;
  /** Whether that is the machine's own clock. */
  readonly isMachineTime: boolean;
}

/** The verbs of the contract over one tree: arguments are checked here, paths in the lookup, the quota in the tree. */
export class MemoryFileSystem implements InMemoryFileSystem {
  readonly name: string;
  readonly #config: MemoryFileSystemConfig;
  readonly #tree: MemoryTree;

  constructor(config: MemoryFileSystemConfig) {
    this.name = config.name;
    this.#config = config;
    this.#tree = new MemoryTree({ ...config, quota: new Quota(config) });
    if (config.isMachineTime) offerReplicas(this, this.#tree, config);
  }

  readFile(path: string): Uint8Array {
    return readContent(this.#tree, this.#findFile(path, "open"));
  }

  readTextFile(path: string): string {
    return utf8.decode(this.readFile(path));
  }

  writeFile(path: string, content: string | Uint8Array, { mode = 0o666, parents = true }: WriteFileOptions = {}): void {
    const data = typeof content === "string" ? Buffer.from(content) : content;
    assertBytes(data, "writeFile");
    if (parents) this.#makeParents(path);
    const { directory, name, link } = locate(this.#tree, path, { syscall: "open", follow: true, create: true });
    const request = { syscall: "write", path };
    if (link === undefined) {
      const inode = this.#tree.createInode("file", mode, "open", path);
      try {
        replaceContent(this.#tree, inode, data, request);
      } catch (error) {
        this.#tree.discard(inode);
        throw error;
      }
      this.#tree.attach(directory, name, inode);
      return;
    }
    const inode = inodeOf(link);
    if (inode.isDirectory()) throw createFileSystemError("EISDIR", { syscall: "open", path });
    replaceContent(this.#tree, inode, data, request);
  }

  readDir(path: string): readonly string[] {
    return this.readDirWithTypes(path).map((entry) => entry.name);
  }

  readDirWithTypes(path: string): readonly DirectoryEntry[] {
    const directory = this.#find(path, "scandir");
    if (!directory.node.isDirectory()) throw createFileSystemError("ENOTDIR", { syscall: "scandir", path });
    inodeOf(directory).record.atimeMs = this.#tree.now();
    return entriesOf(directory);
  }

  createDir(path: string): void {
    names.makeDirectory(this.#tree, path, 0o777);
  }

  mkdir(path: string, { recursive = false, mode = 0o777 }: MakeDirectoryOptions = {}): void {
    if (recursive) names.makeDirectories(this.#tree, path, mode);
    else names.makeDirectory(this.#tree, path, mode);
  }

  exists(path: string): boolean {
    try {
      this.#find(path, "access");
      return true;
    } catch (error) {
      if (errnoCodeOfError(error) !== undefined) return false;
      throw error;
    }
  }

  stat(path: string): FileStat {
    return this.#tree.stat(inodeOf(this.#find(path, "stat")));
  }

  lstat(path: string): FileStat {
    return this.#tree.stat(inodeOf(find(this.#tree, path, { syscall: "lstat", follow: false })));
  }

  statPlain(path: string): FileStat | undefined {
    assertPath(path, "stat");
    const link = findPlain(this.#tree, path);
    return link && this.#tree.stat(inodeOf(link));
  }

  removeFile(path: string): void {
    names.removeFile(this.#tree, path);
  }

  removeDir(path: string): void {
    names.removeDirectory(this.#tree, path);
  }

  rename(from: string, to: string): void {
    names.rename(this.#tree, from, to);
  }

  realpath(path: string): string {
    const steps: string[] = [];
    for (let link: Link | undefined = this.#find(path, "realpath"); link?.parent !== undefined; link = link.parent) {
      steps.push(link.name);
    }
    return `/${steps.reverse().join("/")}`;
  }

  symlink(target: string, path: string): void {
    names.symbolicLink(this.#tree, target, path);
  }

  createSocket(path: string, mode: number): void {
    names.socket(this.#tree, path, mode);
  }

  readlink(path: string): string {
    const inode = inodeOf(find(this.#tree, path, { syscall: "readlink", follow: false }));
    if (!inode.isSymlink()) throw createFileSystemError("EINVAL", { syscall: "readlink", path });
    inode.record.atimeMs = this.#tree.now();
    return inode.symlink;
  }

  link(existing: string, path: string): void {
    names.hardLink(this.#tree, existing, path);
  }

  chmod(path: string, mode: number): void {
    this.#tree.chmod(inodeOf(this.#find(path, "chmod")), mode, { syscall: "chmod", path });
  }

  chown(path: string, uid: number, gid: number): void {
    this.#tree.chown(inodeOf(this.#find(path, "chown")), uid, gid, { syscall: "chown", path });
  }

  lchown(path: string, uid: number, gid: number): void {
    const request = { syscall: "lchown", path };
    this.#tree.chown(inodeOf(find(this.#tree, path, { ...request, follow: false })), uid, gid, request);
  }

  utimes(path: string, atimeMs: number, mtimeMs: number): void {
    this.#tree.utimes(inodeOf(this.#find(path, "utime")), atimeMs, mtimeMs, { syscall: "utime", path });
  }

  lutimes(path: string, atimeMs: number, mtimeMs: number): void {
    const request = { syscall: "lutime", path };
    this.#tree.utimes(inodeOf(find(this.#tree, path, { ...request, follow: false })), atimeMs, mtimeMs, request);
  }

  truncate(path: string, size: number): void {
    resizeContent(this.#tree, this.#findFile(path, "truncate"), size, { syscall: "truncate", path });
  }

  readInto(path: string, target: Uint8Array): number {
    const inode = this.#findFile(path, "open");
    assertBytes(target, "readInto");
    readContentInto(this.#tree, inode, target, 0);
    return sizeOf(inode);
  }

  pread(path: string, offset: number, length: number): Uint8Array {
    assertOffset(offset, "read", path);
    assertOffset(length, "read", path);
    return readContent(this.#tree, this.#findFile(path, "read"), offset, length);
  }

  pwrite(path: string, offset: number, data: Uint8Array): void {
    assertBytes(data, "pwrite");
    assertOffset(offset, "write", path);
    writeContent(this.#tree, this.#findFile(path, "write"), data, offset, { syscall: "write", path });
  }

  open(path: string, flags: OpenFlags, mode: number): MemoryOpenFile {
    return openMemoryFile(this.#tree, path, flags, mode);
  }

  usage(): FileSystemUsage {
    const { limits, bytes, inodes } = this.#tree.quota;
    const blocks = toBlocks(limits.maxBytes);
    // The part of a block at the end of an odd limit is no block, but bytes may lie in it.
    const bfree = Math.max(blocks - toBlocks(bytes, Math.ceil), 0);
    const files = Math.min(limits.maxInodes, Number.MAX_SAFE_INTEGER);
    return { type: tmpfsMagic, bsize: blockBytes, blocks, bfree, bavail: bfree, files, ffree: files - inodes };
  }

  watch(path: string, listener: (change: FileChange) => void): FileWatch {
    if (typeof listener !== "function") throw createTypeError("Cannot watch: the listener must be a function");
    return this.#tree.watches.add(inodeOf(this.#find(path, "watch")), listener);
  }

  snapshot(): FileSystemSnapshot {
    return captureSnapshot(this.#tree);
  }

  restore(snapshot: FileSystemSnapshot): void {
    loadSnapshot(this.#tree, snapshot);
  }

  clone(): InMemoryFileSystem {
    const copy = new MemoryFileSystem(this.#config);
    copy.restore(this.snapshot());
    return copy;
  }

  #find(path: string, syscall: string): Link {
    return find(this.#tree, path, { syscall, follow: true });
  }

  #findFile(path: string, syscall: string): Inode {
    const inode = inodeOf(this.#find(path, syscall));
    if (inode.isDirectory()) throw createFileSystemError("EISDIR", { syscall, path });
    return inode;
  }

  #makeParents(path: string): void {
    assertPath(path, "open");
    const end = path.lastIndexOf("/");
    const parent = path.slice(0, end);
    if (end > 0 && findPlain(this.#tree, parent) === undefined) names.makeDirectories(this.#tree, parent, 0o777);
  }
}

const toBlocks = (bytes: number, round: (value: number) => number = Math.floor): number =>
  Math.min(round(bytes / blockBytes), Number.MAX_SAFE_INTEGER);

function assertBytes(data: Uint8Array, verb: string): void {
  if (!(data instanceof Uint8Array))
    throw createTypeError(`Cannot ${verb}: the content must be a string or a Uint8Array`);
}

function assertOffset(value: number, syscall: string, path: string): void {
  if (!Number.isSafeInteger(value) || value < 0) throw createFileSystemError("EINVAL", { syscall, path });
}
