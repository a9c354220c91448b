import type { Limits, Outcome } from "@vivarium/core";

/** How often it is looked at what a guest and its threads have, in milliseconds: as often as at the process of each. */
const LOOK_MS = 50;
const BYTES_PER_MIB = 1024 * 1024;

/** A guest, or one of its threads, while it runs. */
export interface MemoryMember {
  /** What its cell has grown by since it was entered, in bytes; undefined where the machine does not tell. */
  grownBytes(): number | undefined;
  /** They have more together than the guest may have. */
  end(outcome: Outcome): void;
}

/**
 * The memory of a guest and its threads: each has a heap of its own, up to `memoryLimit`, but their cells together may grow by
 * no more than that of a guest without threads may.
 */
export class ThreadsMemory {
  readonly #limitMiB: number;
  readonly #members: Set<MemoryMember> = new Set();
  #timer: NodeJS.Timeout | undefined;

  constructor({ memoryLimit, processOverheadLimit }: Pick<Limits, "memoryLimit" | "processOverheadLimit">) {
    this.#limitMiB = memoryLimit + processOverheadLimit;
  }

  /** One of them has been entered; answers what is to be called when it is over. */
  join(member: MemoryMember): () => void {
    this.#members.add(member);
    this.#watch();
    return () => {
      this.#members.delete(member);
      this.#watch();
    };
  }

  /** One that is alone is looked after by who runs it. */
  #watch(): void {
    if (this.#members.size < 2 || this.#limitMiB === Number.POSITIVE_INFINITY) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
  }

  #look(): void {
    let grown = 0;
    // One that has given memory back which it had before has not made room for another.
    for (const member of this.#members) grown += Math.max(0, member.grownBytes() ?? 0);
    if (grown <= this.#limitMiB * BYTES_PER_MIB) return;
    const outcome = { kind: "process-memory-limit", code: 1, limitMiB: this.#limitMiB } as const;
    for (const member of [...this.#members]) member.end(outcome);
  }
}
