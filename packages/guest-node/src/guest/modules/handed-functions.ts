import {
  MapPrototypeDelete,
  MapPrototypeGet,
  MapPrototypeSet,
  WeakMapPrototypeDelete,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "../primordial.ts";

interface Handed {
  readonly id: number;
  readonly callee: Function;
  /** How often it has been handed over and not been given back. */
  times: number;
}

/**
 * The functions that a guest has handed to its host, which knows them by numbers. One that it hands over while it has it
 * given back already is not lost: both sides count how often it was handed over.
 */
export class HandedFunctions {
  readonly #byFunction: WeakMap<object, Handed> = new WeakMap();
  readonly #byId: Map<number, Handed> = new Map();
  #last = 0;

  /** Hands one over: its number. */
  add(callee: Function): number {
    const known = WeakMapPrototypeGet(this.#byFunction, callee) as Handed | undefined;
    if (known !== undefined) {
      known.times++;
      return known.id;
    }
    this.#last++;
    const handed: Handed = { id: this.#last, callee, times: 1 };
    WeakMapPrototypeSet(this.#byFunction, callee, handed);
    MapPrototypeSet(this.#byId, handed.id, handed);
    return handed.id;
  }

  get(id: number): Function | undefined {
    return MapPrototypeGet(this.#byId, id)?.callee;
  }

  /** The host gives one back that it has been handed so often. */
  release(id: number, times: number): void {
    const handed = MapPrototypeGet(this.#byId, id);
    if (handed === undefined) return;
    handed.times -= times;
    if (handed.times > 0) return;
    MapPrototypeDelete(this.#byId, id);
    WeakMapPrototypeDelete(this.#byFunction, handed.callee);
  }
}
