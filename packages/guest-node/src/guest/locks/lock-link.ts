import type { Guest } from "../guest.ts";
import type { LoopHandle } from "../loop-state.ts";
import { ArrayPrototypePush, type Pending, PromisePrototypeThen, pendingPromise } from "../past-prototypes.ts";
import { MapPrototypeDelete, MapPrototypeForEach, MapPrototypeGet, MapPrototypeSet } from "../primordial.ts";
import { type LockInfo, type LockKeeper, LockTable, type LockWishes, snapshotOf } from "./lock-table.ts";

/** What two threads tell each other of locks; a request goes by a number of whoever has asked. */
export type LockMessage =
  | {
      readonly kind: "request";
      readonly number: number;
      readonly info: LockInfo;
      readonly steal: boolean;
      readonly ifAvailable: boolean;
    }
  | { readonly kind: "queued" | "stolen" | "release"; readonly number: number }
  | { readonly kind: "granted"; readonly number: number; readonly value: object | null };

interface Asked {
  readonly info: LockInfo;
  isGranted: boolean;
  readonly isOthers: boolean;
  readonly callback: LockWishes["callback"];
  readonly released: Pending<unknown>;
}

export interface LockLinkOptions {
  readonly guest: Guest;
  readonly send: (message: LockMessage) => void;
  /** Who keeps the locks for this thread, and for those behind the link. */
  readonly keeper: () => LockKeeper;
}

/** One side of what goes over a link about locks: the thread that was started asks, the other keeps them, or asks further. */
export class LockLink implements LockKeeper {
  readonly #options: LockLinkOptions;
  readonly #asked: Map<number, Asked> = new Map();
  /** Locks that the other side has, or waits for. */
  readonly #kept: Map<number, Pending<undefined>> = new Map();
  /** Whoever has asked stays until it knows where it stands. */
  readonly #loop: LoopHandle = { name: "LockRequest", active: false, ref: true, listed: false };
  #unheard = 0;
  #last = 0;
  #isOver = false;

  constructor(options: LockLinkOptions) {
    this.#options = options;
  }

  request(info: LockInfo, { steal, ifAvailable, callback, isOthers }: LockWishes): Promise<unknown> {
    const released = pendingPromise<unknown>();
    const number = ++this.#last;
    MapPrototypeSet(this.#asked, number, { info, callback, released, isOthers, isGranted: false });
    this.#unheard++;
    this.#loop.active = true;
    this.#options.guest.loop.addHandle(this.#loop);
    this.#options.send({ kind: "request", number, info, steal, ifAvailable });
    return released.promise;
  }

  query(): Promise<object> {
    const held: Asked[] = [];
    const waiting: Asked[] = [];
    MapPrototypeForEach(
      this.#asked,
      (asked: Asked) => void ArrayPrototypePush(asked.isGranted ? held : waiting, asked),
    );
    return snapshotOf(held, waiting);
  }

  take(message: LockMessage): void {
    const { number } = message;
    switch (message.kind) {
      case "request":
        this.#keep(message);
        break;
      case "release":
        MapPrototypeGet(this.#kept, number)?.resolve(undefined);
        MapPrototypeDelete(this.#kept, number);
        break;
      case "queued":
        this.#heard();
        break;
      case "granted":
        this.#heard();
        this.#granted(number, message.value);
        break;
      case "stolen":
        MapPrototypeGet(this.#asked, number)?.released.reject(new Error(LockTable.STOLEN));
        MapPrototypeDelete(this.#asked, number);
        break;
    }
  }

  /** The other side is gone: what it had is free. */
  close(): void {
    this.#isOver = true;
    this.#loop.active = false;
    MapPrototypeForEach(this.#kept, (unlock: Pending<undefined>) => unlock.resolve(undefined));
  }

  #keep({ number, info, steal, ifAvailable }: LockMessage & { readonly kind: "request" }): void {
    const { keeper, send } = this.#options;
    const unlock = pendingPromise<undefined>();
    MapPrototypeSet(this.#kept, number, unlock);
    let isGranted = false;
    const callback = (value: object | null): unknown => {
      isGranted = true;
      if (this.#isOver) return undefined;
      send({ kind: "granted", number, value });
      return value === null ? undefined : unlock.promise;
    };
    const released = keeper().request(info, { steal, ifAvailable, callback, isOthers: true });
    const forget = (): void => void MapPrototypeDelete(this.#kept, number);
    PromisePrototypeThen(released, forget, () => {
      forget();
      send({ kind: "stolen", number });
    });
    if (!isGranted) send({ kind: "queued", number });
  }

  #granted(number: number, lock: object | null): void {
    const asked = MapPrototypeGet(this.#asked, number);
    if (asked === undefined) return;
    asked.isGranted = lock !== null;
    const answer = pendingPromise<unknown>();
    try {
      answer.resolve(asked.callback(lock));
    } catch (error) {
      answer.reject(error);
    }
    const over = (tell: (value: unknown) => void) => (value: unknown) => {
      MapPrototypeDelete(this.#asked, number);
      this.#options.send({ kind: "release", number });
      tell(value);
    };
    PromisePrototypeThen(answer.promise, over(asked.released.resolve), over(asked.released.reject));
  }

  #heard(): void {
    if (this.#unheard > 0) this.#unheard--;
    this.#loop.active = this.#unheard > 0;
  }
}
