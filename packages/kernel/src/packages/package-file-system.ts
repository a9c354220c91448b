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

/** Contents that are kept, each and all together, in bytes. */
const KEPT_CONTENT_BYTES = 256 * 1024;
const KEPT_CONTENTS_BYTES = 32 * 1024 * 1024;
/** Names that are kept: those of some hundred packages. */
const KEPT_NAMES = 200_000;

type Names = ReadonlyMap<string, PackageEntry>;
type FileEntry = PackageEntry & { readonly type: "file" };

/**
 * A tree of packages as a filesystem that cannot be written to. What has been asked of the tree is not asked again: to
 * look whether one of a package's files is there, and another, costs one question for all of them.
 */
export class PackageFileSystem implements FileSystem {
  readonly name = "packages";
  readonly tree: PackageTree;
  readonly #directories: Map<string, Names> = new Map();
  /** By the directory that was asked for, those that the tree told of with it. */
  readonly #companies: Map<string, readonly string[]> = new Map();
  #names = 0;
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
    const names = this.#namesIn(path);
    if (names === undefined) throw createFileSystemError("ENOTDIR");
    if (!this.#directories.has(path)) return [{ path, entries: [...names.values()], isGrowing: true }];
    const company = this.#companies.get(path) ?? [path];
    return company.map((name) => ({ path: name, entries: [...(this.#directories.get(name)?.values() ?? [])] }));
  }

  readFile(path: string): Uint8Array {
    const { entry, names } = this.#fileAt(path);
    if (entry.content !== undefined) return entry.content;
    const content = this.tree.readFile(path);
    const total = this.#contentBytes + content.byteLength;
    if (content.byteLength > KEPT_CONTENT_BYTES || total > KEPT_CONTENTS_BYTES) return content;
    this.#contentBytes = total;
    replace(names, { ...entry, content });
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
    const names = this.#namesIn(path);
    if (names === undefined) throw createFileSystemError(this.#find(path) === undefined ? "ENOENT" : "ENOTDIR");
    return Array.from(names.values(), ({ name, type }) => ({ name, type }));
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
    return path === "/" ? undefined : this.#namesIn(parentOf(path))?.get(nameOf(path));
  }

  #fileAt(path: string): { readonly entry: FileEntry; readonly names: Names } {
    const names = this.#namesIn(parentOf(path));
    const entry = names?.get(nameOf(path));
    if (names === undefined || entry === undefined) throw createFileSystemError("ENOENT");
    if (entry.type !== "file") throw createFileSystemError(entry.type === "directory" ? "EISDIR" : "ELOOP");
    return { entry, names };
  }

  /** Undefined for what is no directory. */
  #namesIn(path: string): Names | undefined {
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    if (path !== "/" && this.#find(path)?.type !== "directory") return undefined;
    const [directory, ...others] = this.tree.directories(path);
    if (directory === undefined) return undefined;
    if (directory.isGrowing === true) return namesOf(directory);
    if (this.#names > KEPT_NAMES) this.#forget();
    const told = [directory, ...others];
    this.#companies.set(
      path,
      told.map((one) => one.path),
    );
    this.#keep(told);
    return this.#directories.get(path);
  }

  #keep(directories: readonly PackageDirectory[]): void {
    for (const directory of directories) {
      if (this.#directories.has(directory.path)) continue;
      this.#names += directory.entries.length;
      this.#directories.set(directory.path, namesOf(directory));
      for (const entry of directory.entries) {
        if (entry.type === "file") this.#contentBytes += entry.content?.byteLength ?? 0;
      }
    }
  }

  #forget(): void {
    this.#directories.clear();
    this.#companies.clear();
    this.#names = 0;
    this.#contentBytes = 0;
  }

  #statOf(path: string, entry: PackageEntry): FileStat {
    if (entry.stat !== undefined) return entry.stat;
    const stat = this.tree.stat(path);
    const names = this.#directories.get(parentOf(path));
    if (names !== undefined && entry.type === "file") replace(names, { ...entry, stat });
    return stat;
  }
}

function namesOf({ entries }: PackageDirectory): Names {
  return new Map(entries.map((entry) => [entry.name, entry]));
}

/** What is known of a name has grown. */
function replace(names: Names, entry: FileEntry): void {
  (names as Map<string, PackageEntry>).set(entry.name, entry);
}
