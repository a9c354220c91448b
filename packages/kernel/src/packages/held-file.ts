import { createFileSystemError, type FileStat, type OpenFile } from "@vivarium/core";

/** An open file that does not change, and whose content is there. */
export class HeldFile implements OpenFile {
  readonly #stat: FileStat;
  readonly #content: Uint8Array;

  constructor(stat: FileStat, content: Uint8Array) {
    this.#stat = stat;
    this.#content = content;
  }

  stat(): FileStat {
    return this.#stat;
  }

  read(buffer: Uint8Array, position: number): number {
    const piece = this.#content.subarray(position, position + buffer.byteLength);
    buffer.set(piece);
    return piece.byteLength;
  }

  write(): never {
    throw createFileSystemError("EBADF");
  }

  truncate(): never {
    throw createFileSystemError("EINVAL");
  }

  chmod(): never {
    throw createFileSystemError("EROFS");
  }

  chown(): never {
    throw createFileSystemError("EROFS");
  }

  utimes(): never {
    throw createFileSystemError("EROFS");
  }

  sync(): void {}

  close(): void {}
}
