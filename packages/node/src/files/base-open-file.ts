import { createFileSystemError, type FileStat, type MaybePromise, type OpenFile } from "@vivarium/core";

/** A file of an overlay's base that has been opened to be read. Nothing in the base is ever changed. */
export class BaseOpenFile implements OpenFile {
  readonly #file: OpenFile;

  constructor(file: OpenFile) {
    this.#file = file;
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

  chmod(): never {
    throw refusal();
  }

  chown(): never {
    throw refusal();
  }

  utimes(): never {
    throw refusal();
  }

  sync(): void {
    // There is nothing that could have been written.
  }

  close(): MaybePromise<void> {
    return this.#file.close();
  }
}

function refusal(): Error {
  return createFileSystemError("EROFS", { reason: "it was opened to be read; change it by its path" });
}
