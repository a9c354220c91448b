import type { GuestCore } from "../guest.ts";
import {
  MapPrototypeDelete,
  MapPrototypeGet,
  MapPrototypeGetSize,
  MapPrototypeSet,
  ReflectApply,
} from "../primordial.ts";

/** An iteration that the host reads. */
export interface ReturnedIteration {
  readonly iterator: Record<string, unknown>;
  readonly next: unknown;
}

/** Iterations of a guest that its host may have open at a time. */
export const MOST_RETURNED = 1000;

const { asyncIterator } = Symbol;

/** The async iterables that functions of a guest have returned to its host, which knows them by numbers. */
export class ReturnedIterables {
  readonly #guest: GuestCore;
  readonly #byId: Map<number, ReturnedIteration> = new Map();
  #last = 0;

  constructor(guest: GuestCore) {
    this.#guest = guest;
  }

  /** The method that makes an async iterable of a value, if it is one. What the program has put there may throw. */
  methodOf(value: unknown): Function | undefined {
    if (typeof value !== "object" || value === null || this.#guest.native.types.isProxy(value)) return undefined;
    const method = (value as Record<symbol, unknown>)[asyncIterator];
    return typeof method === "function" ? method : undefined;
  }

  /** Begins the iteration of one: its number, or `undefined` when there are too many. What the program does may throw. */
  open(value: unknown, method: Function): number | undefined {
    if (MapPrototypeGetSize(this.#byId) >= MOST_RETURNED) return undefined;
    const iterator = ReflectApply(method, value, []) as Record<string, unknown>;
    if ((typeof iterator !== "object" && typeof iterator !== "function") || iterator === null)
      throw new TypeError("What Symbol.asyncIterator has answered is not an object");
    const next = iterator["next"];
    this.#last++;
    MapPrototypeSet(this.#byId, this.#last, { iterator, next });
    return this.#last;
  }

  get(id: number): ReturnedIteration | undefined {
    return MapPrototypeGet(this.#byId, id);
  }

  close(id: number): void {
    MapPrototypeDelete(this.#byId, id);
  }
}
