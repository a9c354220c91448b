import type { ReplicaSource } from "@vivarium/memfs";
import type { FileAccess } from "./file-access.ts";

/**
 * The runs of this process that use one filesystem. While there is one alone, its cell may serve it from a replica;
 * with the second, the host does.
 */
export class SharedFileSystem {
  readonly #users: Set<FileAccess> = new Set();
  #holder: FileAccess | undefined;

  /** A run begins. Whoever has a replica has to give it back. */
  enter(access: FileAccess): void {
    this.#users.add(access);
    this.#holder?.withdraw();
  }

  leave(access: FileAccess): void {
    this.#users.delete(access);
    if (this.#holder === access) this.#holder = undefined;
  }

  /** Whether `access` may have a replica from now on. */
  lend(access: FileAccess): boolean {
    if (this.#users.size > 1 || this.#holder !== undefined) return false;
    this.#holder = access;
    return true;
  }

  giveBack(access: FileAccess): void {
    if (this.#holder === access) this.#holder = undefined;
  }

  /** Settles when `access` may change the filesystem; undefined when that is now. */
  mayChange(access: FileAccess): Promise<void> | undefined {
    const holder = this.#holder;
    if (holder === undefined || holder === access || holder.isSilent) return undefined;
    return Promise.race([holder.released, holder.silent()]);
  }
}

const shared: WeakMap<ReplicaSource, SharedFileSystem> = new WeakMap();

export function sharedFileSystemOf(source: ReplicaSource): SharedFileSystem {
  const known = shared.get(source);
  if (known !== undefined) return known;
  const made = new SharedFileSystem();
  shared.set(source, made);
  return made;
}
