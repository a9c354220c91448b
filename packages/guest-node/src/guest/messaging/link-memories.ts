import type { Guest } from "../guest.ts";
import { TypedArrayPrototypeSlice } from "../past-prototypes.ts";
import {
  MapPrototypeDelete,
  MapPrototypeForEach,
  MapPrototypeGet,
  MapPrototypeSet,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeSet,
} from "../primordial.ts";
import type { SentMemory } from "./sent-message.ts";
import type { MemorySharer } from "./thread-memory.ts";

export interface LinkMemoriesOptions {
  /** Each side counts in steps of two. */
  readonly firstNumber: number;
  readonly tell: (change: SentMemory) => void;
  readonly awaitMore: () => void;
}

interface Shared {
  readonly memory: SharedArrayBuffer;
  /** Whether it is as old as the link: else one change is all that comes of it. */
  readonly lasts: boolean;
  /** How the other side hears of it by this number: what has gone to and fro has several. */
  readonly sharer: MemorySharer;
}

/** The memory of Node's library that both sides of a link have a copy of, by number. */
export class LinkMemories {
  /** Whether the message that is on its way is the one by which a thread is begun. */
  isBeginning = false;
  readonly #guest: Guest;
  readonly #options: LinkMemoriesOptions;
  readonly #shared: Map<number, Shared> = new Map();
  #next: number;

  constructor(guest: Guest, options: LinkMemoriesOptions) {
    this.#guest = guest;
    this.#options = options;
    this.#next = options.firstNumber;
  }

  /** What is sent of it; from then on the other side hears of changes. */
  share(memory: SharedArrayBuffer): SentMemory {
    const number = this.#next;
    this.#next += 2;
    this.#join(number, memory);
    return { memory: number, bytes: bytesOf(memory) };
  }

  take({ memory: number, bytes }: SentMemory): SharedArrayBuffer {
    const memory = this.#guest.threadMemory.create(TypedArrayPrototypeGetLength(bytes));
    TypedArrayPrototypeSet(new Uint8Array(memory), bytes);
    this.#join(number, memory);
    return memory;
  }

  /** The other side has changed it. */
  changed({ memory: number, bytes }: SentMemory): void {
    const shared = MapPrototypeGet(this.#shared, number);
    if (shared === undefined) return;
    const { memory, sharer } = shared;
    TypedArrayPrototypeSet(new Uint8Array(memory), bytes);
    this.#guest.threadMemory.changed(memory, sharer);
    this.#guest.wake(memory);
    this.#told(number, shared);
  }

  /** The other side is gone. */
  close(): void {
    MapPrototypeForEach(this.#shared, (shared: Shared, number: number) => this.#leave(number, shared));
  }

  #join(number: number, memory: SharedArrayBuffer): void {
    const { tell, awaitMore } = this.#options;
    const shared: Shared = {
      memory,
      lasts: this.isBeginning,
      sharer: {
        tellMemory: () => {
          tell({ memory: number, bytes: bytesOf(memory) });
          this.#told(number, shared);
        },
        awaitMore,
      },
    };
    MapPrototypeSet(this.#shared, number, shared);
    this.#guest.threadMemory.join(memory, shared.sharer);
  }

  #told(number: number, shared: Shared): void {
    if (!shared.lasts) this.#leave(number, shared);
  }

  #leave(number: number, { memory, sharer }: Shared): void {
    MapPrototypeDelete(this.#shared, number);
    this.#guest.threadMemory.leave(memory, sharer);
  }
}

function bytesOf(memory: SharedArrayBuffer): Uint8Array {
  return TypedArrayPrototypeSlice(new Uint8Array(memory));
}
