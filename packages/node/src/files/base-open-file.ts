import { createFileSystemError, type FileStat, type MaybePromise, type OpenFile } from "@vivarium/core";
import { copyOfOpen, copyUp } from "./copy-up.ts";
import { type Found, find, type Layers } from "./overlay-layers.ts";
import { type Steps, wait } from "./steps.ts";

/** Runs a computation over both filesystems of an overlay, as a call of its own. */
export type Within = <T>(syscall: string, path: string, steps: (layers: Layers) => Steps<T>) => MaybePromise<T>;

/**
 * A file or directory of an overlay's base that has been opened to be read. Once there is a copy of it, it is the copy; it
 * has one made when its mode, its owner or its times are to be changed, which a descriptor that only reads may ask for.
 */
export class BaseOpenFile implements OpenFile {
  /** Where it was opened. */
  readonly path: string;
  readonly #within: Within;
  readonly #forget: () => void;
  #file: OpenFile;
  #layer: Found["layer"] = "lower";
  #isClosed = false;

  constructor(path: string, file: OpenFile, { opened }: Layers, within: Within) {
    this.path = path;
    this.#file = file;
    this.#within = within;
    this.#forget = opened.add(this);
  }

  /** Which filesystem has what it is now. */
  get layer(): Found["layer"] {
    return this.#layer;
  }

  stat(): MaybePromise<FileStat> {
    return this.#file.stat();
  }

  read(buffer: Uint8Array, position: number): MaybePromise<number> {
    return this.#file.read(buffer, position);
  }

  write(): never {
    throw createFileSystemError("EBADF");
  }

  truncate(): never {
    throw createFileSystemError("EINVAL");
  }

  chmod(mode: number): MaybePromise<void> {
    return this.#change("fchmod", (copy) => copy.chmod(mode));
  }

  chown(uid: number, gid: number): MaybePromise<void> {
    return this.#change("fchown", (copy) => copy.chown(uid, gid));
  }

  utimes(atimeMs: number, mtimeMs: number): MaybePromise<void> {
    return this.#change("futimes", (copy) => copy.utimes(atimeMs, mtimeMs));
  }

  sync(): MaybePromise<void> {
    // There is nothing in the base that could have been written.
    return this.#layer === "upper" ? this.#file.sync() : undefined;
  }

  close(): MaybePromise<void> {
    this.#isClosed = true;
    this.#forget();
    return this.#file.close();
  }

  /** Goes on with a copy, which it closes in the end. */
  *goOnWith(copy: OpenFile): Steps<void> {
    this.#forget();
    if (this.#isClosed) return yield* wait(copy.close());
    const before = this.#file;
    this.#file = copy;
    this.#layer = "upper";
    yield* wait(before.close());
  }

  #change(syscall: string, act: (copy: OpenFile) => MaybePromise<void>): MaybePromise<void> {
    const own = this;
    return this.#within(syscall, this.path, function* (layers) {
      if (own.#layer === "lower") yield* own.#bringUp(layers);
      yield* wait(act(own.#file));
    });
  }

  *#bringUp(layers: Layers): Steps<void> {
    const own = yield* wait(this.#file.stat());
    const found = yield* find(layers, this.path);
    // Whatever is copied up, those who have it open follow.
    if (found?.layer === "lower" && found.stat.ino === own.ino && found.stat.dev === own.dev) {
      return yield* copyUp(layers, this.path);
    }
    yield* this.goOnWith(yield* copyOfOpen(layers, this.#file, own));
  }
}
