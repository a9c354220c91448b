import {
  createFileSystemError,
  type DirectoryEntry,
  type ErrnoCode,
  type FileStat,
  type FileSystem,
  type FileType,
} from "@vivarium/core";

interface Node {
  readonly type: FileType;
  readonly ino: number;
  content: Uint8Array;
  target: string;
  mode: number;
  nlink: number;
  readonly children: Map<string, Node>;
}

const encoder = new TextEncoder();

/** A small POSIX tree with links, whose methods answer at once. It counts what it is asked. */
export class TinyFileSystem implements FileSystem {
  readonly name: string = "tiny";
  /** Every call into the driver, as `method path`. */
  readonly asked: string[] = [];
  /** Present when the driver offers the short way for paths without links. */
  declare readonly statPlain?: (path: string) => FileStat | undefined;
  #nextIno = 1;
  readonly #root: Node = this.#node("directory");

  constructor(options: { readonly offersStatPlain?: boolean } = {}) {
    if (options.offersStatPlain === true) this.statPlain = (path) => this.#statPlain(path);
  }

  /** Makes a file and its directories, for the embedder. */
  put(path: string, content = "content"): this {
    const names = path.split("/").filter((name) => name !== "");
    const last = names.pop() ?? "";
    let node = this.#root;
    for (const name of names) {
      const next = node.children.get(name) ?? this.#node("directory");
      node.children.set(name, next);
      node = next;
    }
    const file = this.#node("file");
    file.content = encoder.encode(content);
    node.children.set(last, file);
    return this;
  }

  text(path: string): string {
    return new TextDecoder().decode(this.#find(path).content);
  }

  readFile(path: string): Uint8Array {
    this.asked.push(`readFile ${path}`);
    const node = this.#follow(path);
    if (node.type === "directory") throw this.#error("EISDIR");
    return node.content;
  }

  writeFile(path: string, content: string | Uint8Array, { mode = 0o666 }: { readonly mode?: number } = {}): void {
    this.asked.push(`writeFile ${path}`);
    const { parent, name } = this.#parentOf(path);
    const existing = parent.children.get(name);
    const node = existing === undefined ? this.#node("file") : this.#follow(path);
    if (existing === undefined) node.mode = mode;
    node.content = typeof content === "string" ? encoder.encode(content) : content.slice();
    if (existing === undefined) parent.children.set(name, node);
  }

  readDirWithTypes(path: string): readonly DirectoryEntry[] {
    this.asked.push(`readDirWithTypes ${path}`);
    const node = this.#follow(path);
    if (node.type !== "directory") throw this.#error("ENOTDIR");
    return [...node.children].map(([name, { type }]) => ({ name, type }));
  }

  mkdir(path: string): void {
    this.asked.push(`mkdir ${path}`);
    const { parent, name } = this.#parentOf(path);
    if (parent.children.has(name)) throw this.#error("EEXIST");
    parent.children.set(name, this.#node("directory"));
  }

  stat(path: string): FileStat {
    this.asked.push(`stat ${path}`);
    return this.#statOf(this.#follow(path));
  }

  lstat(path: string): FileStat {
    this.asked.push(`lstat ${path}`);
    return this.#statOf(this.#find(path));
  }

  removeFile(path: string): void {
    this.asked.push(`removeFile ${path}`);
    const { parent, name } = this.#parentOf(path);
    this.#find(path).nlink -= 1;
    parent.children.delete(name);
  }

  removeDir(path: string): void {
    this.asked.push(`removeDir ${path}`);
    if (this.#find(path).children.size > 0) throw this.#error("ENOTEMPTY");
    const { parent, name } = this.#parentOf(path);
    parent.children.delete(name);
  }

  rename(from: string, to: string): void {
    this.asked.push(`rename ${from} ${to}`);
    const node = this.#find(from);
    const source = this.#parentOf(from);
    const destination = this.#parentOf(to);
    source.parent.children.delete(source.name);
    destination.parent.children.set(destination.name, node);
  }

  symlink(target: string, path: string): void {
    this.asked.push(`symlink ${path}`);
    const { parent, name } = this.#parentOf(path);
    const node = this.#node("symlink");
    node.target = target;
    parent.children.set(name, node);
  }

  readlink(path: string): string {
    this.asked.push(`readlink ${path}`);
    return this.#find(path).target;
  }

  link(existing: string, path: string): void {
    this.asked.push(`link ${path}`);
    const node = this.#find(existing);
    node.nlink += 1;
    const { parent, name } = this.#parentOf(path);
    parent.children.set(name, node);
  }

  chmod(path: string, mode: number): void {
    this.asked.push(`chmod ${path}`);
    this.#follow(path).mode = mode;
  }

  #node(type: FileType): Node {
    const ino = this.#nextIno;
    this.#nextIno += 1;
    const mode = type === "directory" ? 0o755 : 0o644;
    return { type, ino, content: new Uint8Array(0), target: "", mode, nlink: 1, children: new Map() };
  }

  #statOf({ type, ino, mode, nlink, content }: Node): FileStat {
    const times = { atimeMs: 1, mtimeMs: 2, ctimeMs: 3, birthtimeMs: 4 };
    return { type, ino, mode, nlink, size: content.byteLength, uid: 0, gid: 0, dev: 1, ...times };
  }

  #statPlain(path: string): FileStat | undefined {
    this.asked.push(`statPlain ${path}`);
    let node = this.#root;
    for (const name of path.split("/").filter((part) => part !== "")) {
      const next = node.type === "directory" ? node.children.get(name) : undefined;
      if (next === undefined || next.type === "symlink") return undefined;
      node = next;
    }
    return this.#statOf(node);
  }

  /** The node at a path, links in the way and at the end followed as a careless driver would. */
  #follow(path: string, depth = 0): Node {
    const node = this.#find(path);
    if (node.type !== "symlink") return node;
    if (depth > 40) throw this.#error("ELOOP");
    const directory = path.slice(0, path.lastIndexOf("/"));
    return this.#follow(node.target.startsWith("/") ? node.target : `${directory}/${node.target}`, depth + 1);
  }

  #find(path: string): Node {
    let node = this.#root;
    let walked = "";
    for (const name of path.split("/").filter((part) => part !== "")) {
      if (node.type === "symlink") node = this.#follow(walked);
      if (node.type !== "directory") throw this.#error("ENOTDIR");
      const next = node.children.get(name);
      if (next === undefined) throw this.#error("ENOENT");
      node = next;
      walked += `/${name}`;
    }
    return node;
  }

  #parentOf(path: string): { parent: Node; name: string } {
    const slash = path.lastIndexOf("/");
    return { parent: this.#follow(path.slice(0, slash) || "/"), name: path.slice(slash + 1) };
  }

  #error(code: ErrnoCode): Error {
    return createFileSystemError(code);
  }
}
