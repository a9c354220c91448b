import { createFileSystemError } from "@vivarium/core";

/** What a filesystem may hold. */
export interface QuotaLimits {
  readonly maxBytes: number;
  readonly maxInodes: number;
}

/** Counts what a filesystem holds. Everything is asked for here before memory is taken. */
export class Quota {
  readonly limits: QuotaLimits;
  #bytes = 0;
  #inodes = 0;

  constructor(limits: QuotaLimits) {
    this.limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get inodes(): number {
    return this.#inodes;
  }

  /** @throws `ENOSPC` when there is no room; nothing is counted then */
  takeBytes(count: number, syscall: string, path: string): void {
    if (count > this.limits.maxBytes - this.#bytes) {
      throw createFileSystemError("ENOSPC", { syscall, path, reason: `the quota is ${this.limits.maxBytes} bytes` });
    }
    this.#bytes += count;
  }

  giveBytes(count: number): void {
    this.#bytes -= count;
  }

  /** @throws `ENOSPC` when there is no room; nothing is counted then */
  takeInode(syscall: string, path: string): void {
    if (this.#inodes >= this.limits.maxInodes) {
      const reason = `the quota is ${this.limits.maxInodes} files, directories and links`;
      throw createFileSystemError("ENOSPC", { syscall, path, reason });
    }
    this.#inodes += 1;
  }

  giveInode(): void {
    this.#inodes -= 1;
  }
}
