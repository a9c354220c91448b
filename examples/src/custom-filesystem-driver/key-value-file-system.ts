import { createFileSystemError, type DirectoryEntry, type FileStat, type FileSystem } from "vivarium";

/** What a service for objects or a database offers: bytes under a key, by promise. */
export interface KeyValueStore {
  get(key: string): Promise<Uint8Array | undefined>;
  set(key: string, value: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  keys(prefix: string): Promise<readonly string[]>;
}

const nothing = new Uint8Array();
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";
const keyOfDirectory = (path: string): string => (path === "/" ? "/" : `${path}/`);

/** A filesystem over a key-value store. A file is its path; a directory is an empty value whose key ends in a slash. */
export class KeyValueFileSystem implements FileSystem {
  readonly name: string = "key-value";
  readonly #store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  async stat(path: string): Promise<FileStat> {
    if (await this.#isDirectory(path)) return describe("directory", 0);
    const value = await this.#store.get(path);
    if (value === undefined) throw await this.#missing("stat", path);
    return describe("file", value.length);
  }

  async readFile(path: string): Promise<Uint8Array> {
    if (await this.#isDirectory(path)) throw createFileSystemError("EISDIR", { syscall: "read", path });
    const value = await this.#store.get(path);
    if (value === undefined) throw await this.#missing("open", path);
    return value.slice();
  }

  async writeFile(path: string, content: string | Uint8Array): Promise<void> {
    await this.#requireDirectory(parentOf(path));
    if (await this.#isDirectory(path)) throw createFileSystemError("EISDIR", { syscall: "open", path });
    await this.#store.set(path, typeof content === "string" ? new TextEncoder().encode(content) : content.slice());
  }

  async readDirWithTypes(path: string): Promise<readonly DirectoryEntry[]> {
    await this.#requireDirectory(path);
    const prefix = keyOfDirectory(path);
    const below = (await this.#store.keys(prefix)).map((key) => key.slice(prefix.length));
    return below
      .filter((name) => name !== "" && !name.slice(0, -1).includes("/"))
      .map((name) => (name.endsWith("/") ? { name: name.slice(0, -1), type: "directory" } : { name, type: "file" }));
  }

  async mkdir(path: string, options?: { readonly recursive?: boolean }): Promise<void> {
    const recursive = options?.recursive === true;
    const isDirectory = await this.#isDirectory(path);
    if (isDirectory && recursive) return;
    if (isDirectory || (await this.#store.get(path)) !== undefined) {
      throw createFileSystemError("EEXIST", { syscall: "mkdir", path });
    }
    const parent = parentOf(path);
    if (recursive && (await this.#store.get(parent)) === undefined) await this.mkdir(parent, options);
    else await this.#requireDirectory(parent);
    await this.#store.set(keyOfDirectory(path), nothing);
  }

  async removeFile(path: string): Promise<void> {
    await this.readFile(path);
    await this.#store.delete(path);
  }

  async removeDir(path: string): Promise<void> {
    const entries = await this.readDirWithTypes(path);
    if (entries.length > 0) throw createFileSystemError("ENOTEMPTY", { syscall: "rmdir", path });
    await this.#store.delete(keyOfDirectory(path));
  }

  async rename(from: string, to: string): Promise<void> {
    if (await this.#isDirectory(from)) return this.#renameDirectory(from, to);
    const content = await this.readFile(from);
    if (from === to) return;
    await this.writeFile(to, content);
    await this.#store.delete(from);
  }

  async #renameDirectory(from: string, to: string): Promise<void> {
    await this.#requireDirectory(parentOf(to));
    if (from === to) return;
    if (to.startsWith(`${from}/`)) throw createFileSystemError("EINVAL", { syscall: "rename", path: from, dest: to });
    if ((await this.#store.get(to)) !== undefined)
      throw createFileSystemError("ENOTDIR", { syscall: "rename", path: to });
    if (await this.#isDirectory(to)) await this.removeDir(to);
    for (const key of await this.#store.keys(keyOfDirectory(from))) {
      await this.#store.set(to + key.slice(from.length), (await this.#store.get(key)) ?? nothing);
      await this.#store.delete(key);
    }
  }

  async #isDirectory(path: string): Promise<boolean> {
    return path === "/" || (await this.#store.get(keyOfDirectory(path))) !== undefined;
  }

  async #requireDirectory(path: string): Promise<void> {
    if (!(await this.#isDirectory(path))) throw await this.#missing("open", `${path}/`);
  }

  /** Why nothing is there: a file where a directory should be, or nothing at all. */
  async #missing(syscall: string, path: string): Promise<Error> {
    for (let above = path; above !== "/"; above = parentOf(above)) {
      const isFile = above !== path && (await this.#store.get(above)) !== undefined;
      if (isFile) return createFileSystemError("ENOTDIR", { syscall, path });
    }
    return createFileSystemError("ENOENT", { syscall, path });
  }
}

/** The store keeps no times and no owners, so every file has the same. */
function describe(type: "file" | "directory", size: number): FileStat {
  const mode = type === "file" ? 0o644 : 0o755;
  const times = { atimeMs: 0, mtimeMs: 0, ctimeMs: 0, birthtimeMs: 0 };
  return { type, mode, size, nlink: 1, uid: 1000, gid: 1000, ino: 0, dev: 0, ...times };
}
