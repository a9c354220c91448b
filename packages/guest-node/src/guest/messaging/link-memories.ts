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
}

/** The memory of Node's library that both sides of a link have a copy of, by number. */
export class LinkMemories implements MemorySharer {
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
    const { memory } = shared;
    TypedArrayPrototypeSet(new Uint8Array(memory), bytes);
    this.#guest.threadMemory.changed(memory, this);
    this.#guest.wake(memory);
    this.#told(number, shared);
  }

  tellMemory(memory: SharedArrayBuffer): void {
    MapPrototypeForEach(this.#shared, (shared: Shared, number: number) => {
      if (shared.memory !== memory) return;
      this.#options.tell({ memory: number, bytes: bytesOf(memory) });
      this.#told(number, shared);
    });
  }

  awaitMore(): void {
    this.#options.awaitMore();
  }

  /** The other side is gone. */
  close(): void {
    MapPrototypeForEach(this.#shared, ({ memory }: Shared, number: number) => this.#leave(number, memory));
  }

  #join(number: number, memory: SharedArrayBuffer): void {
    MapPrototypeSet(this.#shared, number, { memory, lasts: this.isBeginning });
    this.#guest.threadMemory.join(memory, this);
  }

  #told(number: number, { memory, lasts }: Shared): void {
    if (!lasts) this.#leave(number, memory);
  }

  #leave(number: number, memory: SharedArrayBuffer): void {
    MapPrototypeDelete(this.#shared, number);
    this.#guest.threadMemory.leave(memory, this);
  }
}

function bytesOf(memory: SharedArrayBuffer): Uint8Array {
  return TypedArrayPrototypeSlice(new Uint8Array(memory));
}
