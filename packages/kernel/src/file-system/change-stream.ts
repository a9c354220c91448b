import { Buffer } from "node:buffer";
import type { ByteStream, FileChange, FileWatch } from "@vivarium/core";

/** Changes that are kept for a guest that does not ask for them; it misses those that come then, as with `inotify(7)`. */
const MOST_KEPT = 64;
/** A longer name is none of a filesystem's, in UTF-16 code units. All that are kept fit into one read of a guest's. */
const LONGEST_NAME = 255;

/** What a watch tells, as the bytes of `fs.watch`. */
export class ChangeStream implements ByteStream {
  readonly #kept: string[] = [];
  readonly #onDestroy: () => void;
  #watch: FileWatch | undefined;
  #waiting: ((piece: Uint8Array | undefined) => void) | undefined;
  #isClosed = false;

  /** @param onDestroy called once */
  constructor(onDestroy: () => void) {
    this.#onDestroy = onDestroy;
  }

  /** Whose changes these are, once that is known. */
  follow(watch: FileWatch): void {
    this.#watch = watch;
    if (this.#isClosed) watch.close();
  }

  /** Takes what a driver tells; what is no change is left out. */
  readonly take = (change: FileChange): void => {
    const told = this.#isClosed ? undefined : textOf(change);
    if (told === undefined || this.#kept.length >= MOST_KEPT || this.#kept.at(-1) === told) return;
    this.#kept.push(told);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(this.#next());
  };

  read(): Uint8Array | Promise<Uint8Array | undefined> | undefined {
    if (this.#kept.length > 0 || this.#isClosed) return this.#next();
    const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>();
    this.#waiting = resolve;
    return promise;
  }

  write(): void {}

  end(): void {}

  destroy(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onDestroy();
    this.#kept.length = 0;
    this.#watch?.close();
    this.#waiting?.(undefined);
    this.#waiting = undefined;
  }

  #next(): Uint8Array | undefined {
    return this.#isClosed ? undefined : Buffer.from(this.#kept.splice(0).join(""));
  }
}

function textOf(change: unknown): string | undefined {
  if (typeof change !== "object" || change === null) return undefined;
  const { type, name } = change as Partial<FileChange>;
  if (typeof name !== "string" || name.length > LONGEST_NAME || name.includes("\0")) return undefined;
  return `${type === "rename" ? "r" : "c"}${name}\0`;
}
