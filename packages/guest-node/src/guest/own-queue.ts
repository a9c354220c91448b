/**
 * First in, first out, at the cost of two assignments: to put an item into an array past every setter of a program takes
 * V8's slow road, and the event loop does so for every callback.
 */
export interface OwnQueue<T> {
  readonly length: number;
  put(item: T): void;
  take(): T | undefined;
}

/** One item: every property that is written to is its own from the beginning. */
interface Link<T> {
  readonly item: T;
  next: Link<T> | undefined;
}

/** An empty queue. */
export function createOwnQueue<T>(): OwnQueue<T> {
  let first: Link<T> | undefined;
  let last: Link<T> | undefined;
  let length = 0;
  return {
    get length() {
      return length;
    },
    put(item) {
      const link: Link<T> = { item, next: undefined };
      if (last === undefined) first = link;
      else last.next = link;
      last = link;
      length++;
    },
    take() {
      const link = first;
      if (link === undefined) return undefined;
      first = link.next;
      if (first === undefined) last = undefined;
      length--;
      return link.item;
    },
  };
}
