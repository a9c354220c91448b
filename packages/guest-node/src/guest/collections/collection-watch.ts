import type { Guest } from "../guest.ts";
import { ArrayPrototypePush, removeAt } from "../past-prototypes.ts";
import { WeakMapPrototypeGet, WeakMapPrototypeSet } from "../primordial.ts";

/** A collection of garbage, in milliseconds of the guest's clock. */
export interface Collection {
  /** V8's number of its kind, and its flags: Node's have the same. */
  readonly kind: number;
  readonly flags: number;
  readonly startedAt: number;
  readonly durationMs: number;
  /** Of the heap and of its spaces, before and then after: see the helper's `takeCollections`. */
  readonly sizes: Float64Array;
}

export type CollectionListener = (collection: Collection) => void;

export const HEAP_FIELDS = 11;
export const SPACE_FIELDS = 4;
const HEAD = 4;
/** Read at once. */
const PORTION = 16;

/** Tells of collections when the event loop comes to it, or when it is asked. */
export class CollectionWatch {
  readonly #guest: Guest;
  readonly #listeners: CollectionListener[] = [];
  readonly #length: number;
  #isInLoop = false;

  constructor(guest: Guest) {
    this.#guest = guest;
    this.#length = HEAD + 2 * (HEAP_FIELDS + SPACE_FIELDS * guest.native.heap.heapSpaces().length);
  }

  add(listener: CollectionListener): void {
    if (this.#listeners.length === 0) this.#guest.native.heap.watchCollections(true);
    ArrayPrototypePush(this.#listeners, listener);
    this.#enterLoop();
  }

  remove(listener: CollectionListener): void {
    for (let index = this.#listeners.length - 1; index >= 0; index--) {
      if (this.#listeners[index] === listener) removeAt(this.#listeners, index);
    }
    if (this.#listeners.length === 0) this.#guest.native.heap.watchCollections(false);
  }

  /** Tells of what has been collected since. */
  look(): void {
    const found = this.#take();
    for (let index = 0; index < found.length; index++) {
      for (let at = 0; at < this.#listeners.length; at++) this.#listeners[at]?.(found[index] as Collection);
    }
  }

  #take(): Collection[] {
    const found: Collection[] = [];
    const { heap } = this.#guest.native;
    const numbers = new Float64Array(PORTION * this.#length);
    const now = this.#guest.calls.sync("clock.now") as number;
    // Who may not know the time is not told how long anything took.
    const scale = this.#guest.calls.sync("clock.isFrozen") === 1 ? 0 : 1;
    for (let count = heap.takeCollections(numbers); count > 0; count = heap.takeCollections(numbers)) {
      for (let index = 0; index < count; index++) {
        const at = index * this.#length;
        ArrayPrototypePush(found, {
          kind: numbers[at] as number,
          flags: numbers[at + 1] as number,
          startedAt: now - (numbers[at + 2] as number) * scale,
          durationMs: (numbers[at + 3] as number) * scale,
          sizes: copied(numbers, at + HEAD, at + this.#length),
        });
      }
    }
    return found;
  }

  #enterLoop(): void {
    const { loop } = this.#guest;
    const { between } = loop;
    if (this.#isInLoop || between === undefined) return;
    this.#isInLoop = true;
    loop.between = {
      dueAt: between.dueAt,
      wantsTurn: between.wantsTurn,
      endDue: () => {
        between.endDue();
        if (this.#listeners.length > 0) loop.task(() => this.look());
      },
    };
  }
}

function copied(numbers: Float64Array, start: number, end: number): Float64Array {
  const copy = new Float64Array(end - start);
  for (let index = start; index < end; index++) copy[index - start] = numbers[index] as number;
  return copy;
}

const watches = new WeakMap<Guest, CollectionWatch>();

export function collectionWatchOf(guest: Guest): CollectionWatch {
  let watch = WeakMapPrototypeGet(watches, guest);
  if (watch === undefined) {
    watch = new CollectionWatch(guest);
    WeakMapPrototypeSet(watches, guest, watch);
  }
  return watch;
}
