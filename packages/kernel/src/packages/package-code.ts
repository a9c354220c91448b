import { deserialize, serialize } from "node:v8";
import { isInPackages, type PackageTree } from "@vivarium/core";
import { isPlainPath } from "../file-system/posix-path.ts";

/** How a source was compiled, and the path of its file: `c` as a function of CommonJS, `m` as a module. */
export type CodeKey = `${"c" | "m"}${string}`;

/** Code cache that is kept of one tree, in bytes, and sources that are to be had some of, or had none. */
const KEPT_BYTES = 64 * 1024 * 1024;
const MOST_KEYS = 20_000;
/** Of one package, in bytes: it crosses to a cell as one answer. */
const FOLDER_BYTES = 8 * 1024 * 1024;

/** The version of code cache of which there is nothing yet, but may be. */
export const EMPTY_CODE = 1;

/** The name of a source, as it is compiled in one of the two ways. */
export function codeKey(path: string, isModule: boolean): CodeKey {
  return `${isModule ? "m" : "c"}${path}`;
}

/** Sources whose code cache is told of at once: those of the package that a file is in, or of its directory. */
export function codeFolder(path: string): string {
  const inModules = /^.*\/node_modules\/(?:@[^/]+\/|\.store\/)?[^/]+/.exec(path);
  return inModules?.[0] ?? path.slice(0, path.lastIndexOf("/"));
}

/** What there is for one package. */
interface Folder {
  readonly codes: Map<CodeKey, Uint8Array>;
  bytes: number;
  /** As it crosses, until there is more. */
  encoded: Uint8Array | undefined;
}

/**
 * V8's code cache of the sources of one tree of packages, which spares cells to compile them. It is kept in the host, and
 * comes from nowhere but a cell in which nothing has run but our own program that compiles: V8 believes what is in it. A
 * cell takes it for the very source that it was made of, and not otherwise.
 */
export class PackageCode {
  readonly #tree: PackageTree;
  readonly #folders: Map<string, Folder> = new Map();
  /** That cells have compiled by themselves. */
  #wanted: Set<CodeKey> = new Set();
  /** That have been wanted once. */
  readonly #seen: Set<CodeKey> = new Set();
  #bytes = 0;
  #version: number = EMPTY_CODE;

  constructor(tree: PackageTree) {
    this.#tree = tree;
  }

  /** Another number than before whenever there is more; {@link EMPTY_CODE}: there is nothing. */
  get version(): number {
    return this.#version;
  }

  /** What is there for the package that a file is in, encoded: {@link decodeCodes}. */
  near(path: string): Uint8Array {
    const folder = this.#folders.get(codeFolder(path));
    if (folder === undefined) return serialize(NOTHING);
    folder.encoded ??= serialize(folder.codes);
    return folder.encoded;
  }

  /** A cell says that it has had to compile something; what is no path of the tree is ignored. */
  want(keys: readonly string[]): void {
    for (const key of keys) {
      if (this.#seen.size >= MOST_KEYS) return;
      if (!this.#isKey(key) || this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.#wanted.add(key);
    }
  }

  get isWanted(): boolean {
    return this.#wanted.size > 0;
  }

  /** What is wanted since this was last asked. */
  takeWanted(): readonly CodeKey[] {
    const wanted = [...this.#wanted];
    this.#wanted = new Set();
    return wanted;
  }

  /** Keeps what has come of what was wanted, as far as there is room. */
  keep(made: ReadonlyMap<CodeKey, Uint8Array>): void {
    for (const [key, code] of made) this.#keepOne(key, code);
    this.#version += 1;
  }

  /** Cells can use nothing of this any more: all that was ever wanted is wanted again. */
  replace(): void {
    this.#folders.clear();
    this.#wanted = new Set(this.#seen);
    this.#bytes = 0;
  }

  #keepOne(key: CodeKey, code: Uint8Array): void {
    const name = codeFolder(key.slice(1));
    const folder = this.#folders.get(name) ?? { codes: new Map(), bytes: 0, encoded: undefined };
    const { byteLength } = code;
    const isTooMuch = folder.bytes + byteLength > FOLDER_BYTES || this.#bytes + byteLength > KEPT_BYTES;
    if (byteLength === 0 || isTooMuch || folder.codes.has(key)) return;
    folder.codes.set(key, code);
    folder.bytes += byteLength;
    folder.encoded = undefined;
    this.#folders.set(name, folder);
    this.#bytes += byteLength;
  }

  #isKey(key: string): key is CodeKey {
    const path = key.slice(1);
    return (key[0] === "c" || key[0] === "m") && isPlainPath(path) && isInPackages(this.#tree, path);
  }
}

/** Reads what a host has told by {@link PackageCode.near}; of bytes from elsewhere it must not be asked. The codes are views of them. */
export function decodeCodes(bytes: Uint8Array): ReadonlyMap<CodeKey, Uint8Array> {
  return deserialize(bytes) as ReadonlyMap<CodeKey, Uint8Array>;
}

const NOTHING: ReadonlyMap<CodeKey, Uint8Array> = new Map();
