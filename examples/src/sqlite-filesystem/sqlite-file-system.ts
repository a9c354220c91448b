import type { DatabaseSync } from "node:sqlite";
import {
  createFileSystemError,
  type DirectoryEntry,
  type FileStat,
  type FileSystem,
  type MakeDirectoryOptions,
  type WriteFileOptions,
} from "vivarium";

interface Node {
  readonly id: number;
  readonly type: "file" | "directory";
  readonly mode: number;
  readonly atime: number;
  readonly mtime: number;
  readonly size: number;
}

const ROOT = 1;
const NAME_MAX_BYTES = 255;

const schema = `
  CREATE TABLE IF NOT EXISTS node (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, mode INTEGER NOT NULL,
    atime REAL NOT NULL, mtime REAL NOT NULL, content BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS entry (
    parent INTEGER NOT NULL, name TEXT NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;
  INSERT OR IGNORE INTO node VALUES (${ROOT}, 'directory', 493, 0, 0, x'');
`;

/**
 * Files in a SQLite database. A file or a directory is a row of `node`, a name in a directory a row of `entry`: so to
 * rename a directory, however much is in it, changes one row.
 */
export class SqliteFileSystem implements FileSystem {
  readonly name: string = "sqlite";
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(schema);
  }

  stat(path: string): FileStat {
    const { id, type, mode, size, atime, mtime } = this.#need(path);
    const times = { atimeMs: atime, mtimeMs: mtime, ctimeMs: mtime, birthtimeMs: mtime };
    return { type, mode, size, nlink: 1, uid: 1000, gid: 1000, ino: id, dev: 1, ...times };
  }

  readFile(path: string): Uint8Array {
    const { id, type } = this.#need(path);
    if (type === "directory") throw createFileSystemError("EISDIR", { path });
    return this.#one("SELECT content FROM node WHERE id = ?", id)?.["content"] as Uint8Array;
  }

  writeFile(path: string, content: string | Uint8Array, { mode = 0o666 }: WriteFileOptions = {}): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const found = this.#find(path);
    if (found?.type === "directory") throw createFileSystemError("EISDIR", { path });
    if (found === undefined) this.#make(path, "file", mode, bytes);
    else this.#run("UPDATE node SET content = ?, mtime = ? WHERE id = ?", bytes, Date.now(), found.id);
  }

  readDirWithTypes(path: string): readonly DirectoryEntry[] {
    const { id } = this.#needDirectory(path);
    const rows = this.#database
      .prepare("SELECT name, type FROM entry JOIN node ON node.id = entry.node WHERE parent = ?")
      .all(id);
    return rows.map((row) => ({ name: String(row["name"]), type: row["type"] as Node["type"] }));
  }

  mkdir(path: string, { recursive = false, mode = 0o777 }: MakeDirectoryOptions = {}): void {
    const found = this.#find(path);
    if (found?.type === "directory" && recursive) return;
    if (found !== undefined) throw createFileSystemError("EEXIST", { path });
    if (recursive) this.mkdir(parentOf(path), { recursive, mode });
    this.#make(path, "directory", mode, new Uint8Array());
  }

  removeFile(path: string): void {
    const { id, type } = this.#need(path);
    if (type === "directory") throw createFileSystemError("EISDIR", { path });
    this.#unlink(path);
    this.#run("DELETE FROM node WHERE id = ?", id);
  }

  removeDir(path: string): void {
    const { id } = this.#needDirectory(path);
    if (id === ROOT) throw createFileSystemError("EBUSY", { path });
    if (this.readDirWithTypes(path).length > 0) throw createFileSystemError("ENOTEMPTY", { path });
    this.#unlink(path);
    this.#run("DELETE FROM node WHERE id = ?", id);
  }

  rename(from: string, to: string): void {
    const source = this.#need(from);
    const replaced = this.#find(to);
    if (from === to) return;
    const isDirectory = source.type === "directory";
    if (isDirectory && to.startsWith(`${from}/`)) throw createFileSystemError("EINVAL", { path: from, dest: to });
    this.#needDirectory(parentOf(to));
    if (replaced !== undefined && isDirectory !== (replaced.type === "directory")) {
      throw createFileSystemError(isDirectory ? "ENOTDIR" : "EISDIR", { path: to });
    }
    this.#together(() => {
      if (replaced?.type === "directory") this.removeDir(to);
      else if (replaced !== undefined) this.removeFile(to);
      this.#unlink(from);
      this.#link(to, source.id);
    });
  }

  chmod(path: string, mode: number): void {
    this.#run("UPDATE node SET mode = ? WHERE id = ?", mode, this.#need(path).id);
  }

  utimes(path: string, atimeMs: number, mtimeMs: number): void {
    this.#run("UPDATE node SET atime = ?, mtime = ? WHERE id = ?", atimeMs, mtimeMs, this.#need(path).id);
  }

  #make(path: string, type: Node["type"], mode: number, content: Uint8Array): void {
    this.#needDirectory(parentOf(path));
    if (Buffer.byteLength(nameOf(path)) > NAME_MAX_BYTES) throw createFileSystemError("ENAMETOOLONG", { path });
    const now = Date.now();
    this.#together(() => {
      const sql = "INSERT INTO node (type, mode, atime, mtime, content) VALUES (?, ?, ?, ?, ?)";
      this.#link(path, Number(this.#run(sql, type, mode, now, now, content).lastInsertRowid));
    });
  }

  #link(path: string, node: number): void {
    const { id } = this.#needDirectory(parentOf(path));
    this.#run("INSERT INTO entry VALUES (?, ?, ?)", id, nameOf(path), node);
    this.#run("UPDATE node SET mtime = ? WHERE id = ?", Date.now(), id);
  }

  #unlink(path: string): void {
    const { id } = this.#needDirectory(parentOf(path));
    this.#run("DELETE FROM entry WHERE parent = ? AND name = ?", id, nameOf(path));
    this.#run("UPDATE node SET mtime = ? WHERE id = ?", Date.now(), id);
  }

  #find(path: string): Node | undefined {
    const sql = `SELECT id, type, mode, atime, mtime, length(content) AS size FROM node WHERE id =`;
    let node = this.#one(`${sql} ?`, ROOT) as Node | undefined;
    for (const name of path.split("/").filter((part) => part !== "")) {
      if (node?.type === "file") throw createFileSystemError("ENOTDIR", { path });
      if (node === undefined) return undefined;
      node = this.#one(`${sql} (SELECT node FROM entry WHERE parent = ? AND name = ?)`, node.id, name) as
        | Node
        | undefined;
    }
    return node;
  }

  #need(path: string): Node {
    const node = this.#find(path);
    if (node === undefined) throw createFileSystemError("ENOENT", { path });
    return node;
  }

  #needDirectory(path: string): Node {
    const node = this.#need(path);
    if (node.type !== "directory") throw createFileSystemError("ENOTDIR", { path });
    return node;
  }

  /** All of it, or nothing. */
  #together(act: () => void): void {
    this.#database.exec("SAVEPOINT change");
    try {
      act();
      this.#database.exec("RELEASE change");
    } catch (error) {
      this.#database.exec("ROLLBACK TO change; RELEASE change");
      throw error;
    }
  }

  #one(sql: string, ...values: (string | number)[]): Readonly<Record<string, unknown>> | undefined {
    return this.#database.prepare(sql).get(...values);
  }

  #run(sql: string, ...values: (string | number | Uint8Array)[]): { readonly lastInsertRowid: number | bigint } {
    return this.#database.prepare(sql).run(...values);
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
