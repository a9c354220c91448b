import { createFileSystemError, type FileStat, type OpenFile } from "@vivarium/core";

/** What a driver gave as a whole, as an open file: it is read in pieces, each copied as it is asked for. */
export class HeldContent implements OpenFile {
  readonly #stat: FileStat;
  #content: Uint8Array;

  constructor(stat: FileStat, content: Uint8Array) {
    this.#stat = { ...stat, size: content.byteLength };
    this.#content = content;
  }

  stat(): FileStat {
    return this.#stat;
  }

  read(buffer: Uint8Array, position: number): number {
    const content = this.#content.subarray(position, position + buffer.byteLength);
    buffer.set(content);
    return content.byteLength;
  }

  write(): number {
    throw createFileSystemError("EBADF");
  }

  truncate(): void {
    throw createFileSystemError("EINVAL");
  }

  chmod(): void {
    throw createFileSystemError("ENOSYS");
  }

  chown(): void {
    throw createFileSystemError("ENOSYS");
  }

  utimes(): void {
    throw createFileSystemError("ENOSYS");
  }

  sync(): void {
    // There is nowhere to write to.
  }

  close(): void {
    this.#content = new Uint8Array(0);
  }
}
