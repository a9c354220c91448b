import { ArrayPrototypePush, removeAt } from "../past-prototypes.ts";
import { ArrayPrototypeIndexOf, WeakMapPrototypeGet, WeakMapPrototypeSet } from "../primordial.ts";

/** Where clocks stand still, programs have none. */
const SharedMemory = SharedArrayBuffer;

/** A way to another thread that has a copy of a memory. */
export interface MemorySharer {
  /** Sends what is in the memory now. */
  tellMemory(): void;
  /** Stays in this call until something has come from there. @throws when nothing can come any more */
  awaitMore(): void;
}

/**
 * The memory that Node's library itself shares with threads, in which it says that a message is there and how one was received.
 * Threads of a guest are in processes of their own, so each has a copy: whoever changes its copy tells the others with
 * `Atomics.notify`, as the library does after each change; and no two threads change the same word.
 */
export class ThreadMemory {
  readonly #sharers: WeakMap<SharedArrayBuffer, MemorySharer[]> = new WeakMap();

  create(byteLength: number): SharedArrayBuffer {
    const memory = new SharedMemory(byteLength);
    WeakMapPrototypeSet(this.#sharers, memory, []);
    return memory;
  }

  isLibrarys(memory: ArrayBufferLike): memory is SharedArrayBuffer {
    return WeakMapPrototypeGet(this.#sharers, memory as SharedArrayBuffer) !== undefined;
  }

  join(memory: SharedArrayBuffer, sharer: MemorySharer): void {
    const sharers = WeakMapPrototypeGet(this.#sharers, memory);
    if (sharers !== undefined) ArrayPrototypePush(sharers, sharer);
  }

  leave(memory: SharedArrayBuffer, sharer: MemorySharer): void {
    const sharers = WeakMapPrototypeGet(this.#sharers, memory) ?? [];
    const index = ArrayPrototypeIndexOf(sharers, sharer);
    if (index >= 0) removeAt(sharers, index);
  }

  /** The memory has changed here or, with `from`, there: the others hear of it. */
  changed(memory: SharedArrayBuffer, from?: MemorySharer): void {
    const sharers = WeakMapPrototypeGet(this.#sharers, memory) ?? [];
    // From the last on: one that is told may leave.
    for (let index = sharers.length - 1; index >= 0; index--) {
      const sharer = sharers[index] as MemorySharer;
      if (sharer !== from) sharer.tellMemory();
    }
  }

  /** As `Atomics.wait` without a timeout. @throws when nobody can change the memory any more */
  wait(memory: SharedArrayBuffer, words: Int32Array, index: number, value: number): "ok" | "not-equal" {
    if (words[index] !== value) return "not-equal";
    while (words[index] === value) {
      const sharers = WeakMapPrototypeGet(this.#sharers, memory) ?? [];
      const sharer = sharers.length > 0 ? sharers[0] : undefined;
      if (sharer === undefined) throw new Error("the thread that is waited for is gone");
      sharer.awaitMore();
    }
    return "ok";
  }
}
