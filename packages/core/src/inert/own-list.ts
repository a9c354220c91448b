import { createBare } from "./intrinsics.ts";

/** A list whose items are its own, whatever a program has put on `Array.prototype`. */
export interface List<Item> {
  readonly items: Record<number, Item>;
  /** Items at or beyond it are none. */
  length: number;
}

export function createList<Item>(): List<Item> {
  return { items: createBare(), length: 0 };
}

export function append<Item>(list: List<Item>, item: Item): void {
  list.items[list.length] = item;
  list.length += 1;
}
