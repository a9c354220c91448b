import type { Guest } from "./guest.ts";
import { FunctionPrototypeBind } from "./primordial.ts";
import type { Waiters } from "./waiters.ts";

/** What Node lists: a timer or an immediate, or whatever a program has put in the place of one. */
type Item = object;

/** The queue of `internal/timers`; its `tail` is null when a turn has taken what was in it. */
interface ImmediateQueue {
  readonly tail: object | null;
  append(item: Item): void;
  remove(item: Item): void;
}

/** In a list of timers; positive marks number the turns for which immediates are queued. */
const TIMER = -1;
const NONE = 0;

/** Makes any object one that it gives back, so that a class can put a field of its own on it. */
class Given {
  constructor(item: object) {
    // biome-ignore lint/correctness/noConstructorReturn: a private field is the one mark that a proxy and a frozen object take and nobody else sees.
    return item;
  }
}

/** Puts a mark on objects of others. */
class Marked extends Given {
  #mark = NONE;

  /** Answers false when it had the same mark already. */
  static put(item: object, mark: number): boolean {
    const marked = #mark in item ? item : new Marked(item);
    if (marked.#mark === mark) return false;
    marked.#mark = mark;
    return true;
  }

  /** Answers whether it had the mark. */
  static take(item: object, mark: number): boolean {
    if (!(#mark in item) || item.#mark !== mark) return false;
    item.#mark = NONE;
    return true;
  }
}

/**
 * Counts timers and immediates where Node's library lists them, whoever makes them and whether or not they keep the loop
 * alive. A program reaches neither the lists' functions nor the mark: nothing leaves the count that the library has not
 * taken out of its list.
 */
export function countTimers({ library, loop }: Guest): void {
  const { waiters } = loop;
  // Only timers are in its lists.
  const lists = library.require("internal/linkedlist");
  const append = lists["append"] as (list: object, item: Item) => void;
  const remove = lists["remove"] as (item: Item) => void;
  lists["append"] = (list: object, item: Item) => {
    if (Marked.put(item, TIMER)) {
      waiters.timers++;
      waiters.check();
    }
    append(list, item);
  };
  lists["remove"] = (item: Item) => {
    if (Marked.take(item, TIMER)) waiters.timers--;
    remove(item);
  };
  countImmediates(library.require("internal/timers")["immediateQueue"] as ImmediateQueue, loop.waiters);
}

/** A turn takes the whole queue: what was in it no longer waits, and leaving the next one is not its. */
function countImmediates(queue: ImmediateQueue, waiters: Waiters): void {
  const append = FunctionPrototypeBind(queue.append, queue);
  const remove = FunctionPrototypeBind(queue.remove, queue);
  let turn = 1;
  waiters.hasImmediates = () => queue.tail !== null;
  queue.append = (item) => {
    if (queue.tail === null) {
      waiters.immediates = 0;
      turn++;
    }
    append(item);
    if (Marked.put(item, turn)) waiters.immediates++;
    waiters.check();
  };
  queue.remove = (item) => {
    if (queue.tail !== null && Marked.take(item, turn)) waiters.immediates--;
    remove(item);
  };
}
