import {
  createFileSystemError,
  type DirectoryEntry,
  type FileStat,
  type FileSystem,
  type OpenFile,
  type OpenFlags,
  type PackageDirectory,
  type PackageEntry,
  type PackageTree,
} from "@vivarium/core";
import { isPlainPath, nameOf, parentOf } from "../file-system/posix-path.ts";
import { HeldFile } from "./held-file.ts";
import { KnownDirectory } from "./known-directory.ts";

/** Contents that are kept, each and all together, in bytes. */
const KEPT_CONTENT_BYTES = 256 * 1024;
const KEPT_CONTENTS_BYTES = 32 * 1024 * 1024;
/** Directories that are kept: those of some hundred packages. */
const KEPT_DIRECTORIES = 20_000;

/** Links in one path: those of a tree lead to no other. */
const MOST_LINKS = 40;

type FileEntry = PackageEntry & { readonly type: "file" };

/**
 * A tree of packages as a filesystem that cannot be written to. What has been asked of the tree is not asked again: to
 * look whether one of a package's files is there, and another, costs one question for all of them.
 */
export class PackageFileSystem implements FileSystem {
  readonly name = "packages";
  readonly tree: PackageTree;
  readonly #directories: Map<string, KnownDirectory> = new Map();
  /** By the directory that was asked for, those that the tree told of with it. */
  readonly #companies: Map<string, readonly string[]> = new Map();
  #contentBytes = 0;

  constructor(tree: PackageTree) {
    this.tree = tree;
  }

  /**
   * What is known of a directory, and of those that its tree tells of with it: also the contents that have been asked for.
   * It fails as a filesystem does.
   */
  directories(path: string): readonly PackageDirectory[] {
    if (!isPlainPath(path)) throw createFileSystemError("EINVAL");
    const known = this.#directory(path);
    if (known === undefined) throw createFileSystemError("ENOTDIR");
    // Who asks again looks for what has come since.
    if (known.isGrowing) this.#learn(path);
    const company = this.#companies.get(path) ?? [path];
    return company.flatMap((name) => this.#directories.get(name)?.told() ?? []);
  }

  /**
   * Asks the tree in steps for what {@link directories} will tell of a path, and all above it: to read a package for the first time
   * takes long. It fails as a filesystem does.
   */
  *prepare(path: string): Generator<undefined, void> {
    if (this.tree.walk === undefined || !isPlainPath(path)) return;
    const ends = [...path.matchAll(/\/|$/g)].map(({ index }) => index);
    for (const above of new Set(ends.map((end) => path.slice(0, end) || "/"))) {
      if (this.#directories.has(above)) continue;
      if (above !== "/" && this.#find(above)?.type !== "directory") return;
      if (!this.#directories.has(above)) this.#keep(above, yield* this.tree.walk(above));
    }
  }

  readFile(path: string): Uint8Array {
    const { entry, directory } = this.#fileAt(path);
    if (entry.content !== undefined) return entry.content;
    const content = this.tree.readFile(path);
    const total = this.#contentBytes + content.byteLength;
    if (content.byteLength > KEPT_CONTENT_BYTES || total > KEPT_CONTENTS_BYTES) return content;
    this.#contentBytes = total;
    directory.set({ ...entry, content });
    return content;
  }

  readInto(path: string, target: Uint8Array): number {
    const content = this.readFile(path);
    target.set(content.subarray(0, target.byteLength));
    return content.byteLength;
  }

  pread(path: string, offset: number, length: number): Uint8Array {
    return this.readFile(path).slice(offset, offset + length);
  }

  open(path: string, flags: OpenFlags): OpenFile {
    if (flags.write || flags.create || flags.truncate) throw createFileSystemError("EROFS");
    return new HeldFile(this.lstat(path), this.readFile(path));
  }

  readDirWithTypes(path: string): readonly DirectoryEntry[] {
    const known = this.#directory(path);
    if (known === undefined) throw createFileSystemError(this.#find(path) === undefined ? "ENOENT" : "ENOTDIR");
    const directory = known.isGrowing ? this.#learn(path) : known;
    return Array.from(directory?.entries() ?? [], ({ name, type }) => ({ name, type }));
  }

  stat(path: string): FileStat {
    const entry = this.#find(path);
    return entry?.type === "symlink" ? this.lstat(entry.target) : this.lstat(path);
  }

  lstat(path: string): FileStat {
    const entry = this.#find(path);
    if (entry === undefined) throw createFileSystemError("ENOENT");
    return this.#statOf(path, entry);
  }

  statPlain(path: string): FileStat | undefined {
    const entry = this.#find(path);
    return entry === undefined || entry.type === "symlink" ? undefined : this.#statOf(path, entry);
  }

  /**
   * What a path without dots leads to, links followed: undefined when that is nothing. It answers in a fraction of the time
   * that the kernel's own way takes, which is asked for many a file that is not there.
   */
  typeOf(path: string): "file" | "directory" | undefined {
    let rest = path;
    for (let links = 0; links <= MOST_LINKS; links += 1) {
      const entry = this.#find(rest);
      if (entry !== undefined && entry.type !== "symlink") return entry.type;
      const target = entry === undefined ? this.#beyondLink(rest) : entry.target;
      if (target === undefined) return undefined;
      rest = target;
    }
    return undefined;
  }

  /** Whether it has told of a file at a path on which nothing is a link: the tree is not asked. */
  isKnownFile(path: string): boolean {
    return (
      isPlainPath(path) && path !== "/" && this.#directories.get(parentOf(path))?.get(nameOf(path))?.type === "file"
    );
  }

  readlink(path: string): string {
    const entry = this.#find(path);
    if (entry?.type !== "symlink") throw createFileSystemError(entry === undefined ? "ENOENT" : "EINVAL");
    return entry.target;
  }

  writeFile(): never {
    throw createFileSystemError("EROFS");
  }

  mkdir(path: string): never {
    throw createFileSystemError(this.#find(path) === undefined ? "EROFS" : "EEXIST");
  }

  removeFile(): never {
    throw createFileSystemError("EROFS");
  }

  removeDir(): never {
    throw createFileSystemError("EROFS");
  }

  rename(): never {
    throw createFileSystemError("EROFS");
  }

  /** What is at a path on which no directory is a link. */
  #find(path: string): PackageEntry | undefined {
    if (path === "/") return undefined;
    const above = parentOf(path);
    const name = nameOf(path);
    const directory = this.#directory(above);
    const entry = directory?.get(name);
    return entry === undefined && directory?.isGrowing === true ? this.#learn(above)?.get(name) : entry;
  }

  /** The same path with the link that it leads over replaced; undefined where it leads over none. */
  #beyondLink(path: string): string | undefined {
    for (let above = parentOf(path); above !== "/"; above = parentOf(above)) {
      const entry = this.#find(above);
      if (entry?.type === "symlink") return `${entry.target}${path.slice(above.length)}`;
      if (entry !== undefined) return undefined;
    }
    return undefined;
  }

  #fileAt(path: string): { readonly entry: FileEntry; readonly directory: KnownDirectory } {
    const entry = this.#find(path);
    const directory = this.#directories.get(parentOf(path));
    if (entry === undefined || directory === undefined) throw createFileSystemError("ENOENT");
    if (entry.type !== "file") throw createFileSystemError(entry.type === "directory" ? "EISDIR" : "ELOOP");
    return { entry, directory };
  }

  /** Undefined for what is no directory. */
  #directory(path: string): KnownDirectory | undefined {
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    if (path !== "/" && this.#find(path)?.type !== "directory") return undefined;
    // It may have been told of with one above it.
    return this.#directories.get(path) ?? this.#learn(path);
  }

  /** Asks the tree for a directory, whether or not it is known. */
  #learn(path: string): KnownDirectory | undefined {
    return this.#keep(path, this.tree.directories(path));
  }

  #keep(path: string, told: readonly PackageDirectory[]): KnownDirectory | undefined {
    if (this.#directories.size > KEPT_DIRECTORIES) this.#forget();
    this.#companies.set(
      path,
      told.map((one) => one.path),
    );
    for (const directory of told) {
      if (directory.isGrowing !== true && this.#directories.has(directory.path)) continue;
      this.#directories.set(directory.path, new KnownDirectory(directory));
    }
    return this.#directories.get(path);
  }

  #forget(): void {
    this.#directories.clear();
    this.#companies.clear();
    this.#contentBytes = 0;
  }

  #statOf(path: string, entry: PackageEntry): FileStat {
    if (entry.stat !== undefined) return entry.stat;
    const stat = this.tree.stat(path);
    if (entry.type === "file") this.#directories.get(parentOf(path))?.set({ ...entry, stat });
    return stat;
  }
}
