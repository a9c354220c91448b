import type { FileStat, MaybePromise, OpenFile } from "@vivarium/core";
import { run, wait } from "./steps.ts";

/** An open file that is told of in other words than its driver's. */
export class ToldFile implements OpenFile {
  readonly #file: OpenFile;
  readonly #told: (stat: FileStat) => FileStat;
  readonly #onChange: () => void;

  /** @param onChange called after each change that is made through it */
  constructor(file: OpenFile, told: (stat: FileStat) => FileStat, onChange: () => void = () => undefined) {
    this.#file = file;
    this.#told = told;
    this.#onChange = onChange;
  }

  stat(): MaybePromise<FileStat> {
    const file = this.#file;
    const told = this.#told;
    return run(
      (function* () {
        return told(yield* wait(file.stat()));
      })(),
    );
  }

  read(buffer: Uint8Array, position: number): MaybePromise<number> {
    return this.#file.read(buffer, position);
  }

  write(data: Uint8Array, position: number): MaybePromise<number> {
    return this.#changed(this.#file.write(data, position));
  }

  truncate(size: number): MaybePromise<void> {
    return this.#changed(this.#file.truncate(size));
  }

  chmod(mode: number): MaybePromise<void> {
    return this.#changed(this.#file.chmod(mode));
  }

  chown(uid: number, gid: number): MaybePromise<void> {
    return this.#changed(this.#file.chown(uid, gid));
  }

  utimes(atimeMs: number, mtimeMs: number): MaybePromise<void> {
    return this.#changed(this.#file.utimes(atimeMs, mtimeMs));
  }

  sync(): MaybePromise<void> {
    return this.#file.sync();
  }

  close(): MaybePromise<void> {
    return this.#file.close();
  }

  #changed<T>(answer: MaybePromise<T>): MaybePromise<T> {
    const onChange = this.#onChange;
    return run(
      (function* () {
        const value = yield* wait(answer);
        onChange();
        return value;
      })(),
    );
  }
}
