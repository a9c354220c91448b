import type { OpenFlags } from "@vivarium/core";
import { CallFailure } from "../system-calls/call-failure.ts";
import { FIRST_WAITING } from "../system-calls/stream-call.ts";
import type { KernelFile } from "./kernel-file.ts";

/** One open file or directory of a guest. */
export interface Descriptor {
  /** The resolved path that it was opened by: what its operations are checked on. */
  readonly path: string;
  readonly flags: OpenFlags;
  /** Where its content is; absent for a directory, which has none. */
  readonly file: KernelFile | undefined;
  /** Where its mode, owner and times are. */
  readonly attributes: KernelFile;
  position: number;
}

/** Numbers below are the standard streams. */
const FIRST = 3;

/** The descriptors of one guest, as POSIX numbers them: the lowest free one is next, from `first` on. */
export class DescriptorTable {
  readonly #limit: number;
  readonly #first: number;
  readonly #entries: Map<number, Descriptor> = new Map();
  /** Opens under way: they count as open, or two of them could pass the limit together. */
  #reserved = 0;

  constructor(limit: number, first: number = FIRST) {
    this.#limit = limit;
    this.#first = first;
  }

  /** Takes room for one. Throws `EMFILE`. */
  reserve(): void {
    if (this.#entries.size + this.#reserved >= this.#limit) {
      throw new CallFailure("EMFILE", `at most ${this.#limit} may be open at once`);
    }
    this.#reserved += 1;
  }

  /** Gives reserved room back. */
  release(): void {
    this.#reserved -= 1;
  }

  /** @param waits whether to read it, or to write, may wait for someone else: such have numbers of their own */
  add(descriptor: Descriptor, waits = false): number {
    let fd = waits ? FIRST_WAITING : this.#first;
    while (this.#entries.has(fd)) fd += 1;
    this.#entries.set(fd, descriptor);
    return fd;
  }

  /** Throws `EBADF`. */
  get(fd: number): Descriptor {
    const descriptor = this.#entries.get(fd);
    if (descriptor === undefined) throw new CallFailure("EBADF");
    return descriptor;
  }

  has(fd: number): boolean {
    return this.#entries.has(fd);
  }

  numbers(): readonly number[] {
    return [...this.#entries.keys()];
  }

  /** Takes one out. Throws `EBADF`. */
  remove(fd: number): Descriptor {
    const descriptor = this.get(fd);
    this.#entries.delete(fd);
    return descriptor;
  }

  /** Takes all out. */
  removeAll(): readonly Descriptor[] {
    const all = [...this.#entries.values()];
    this.#entries.clear();
    return all;
  }
}
