import {
  ArrayPrototypePush,
  type Pending,
  PromisePrototypeThen,
  pendingPromise,
  removeAt,
  withoutPrototype,
} from "../past-prototypes.ts";
import { ArrayPrototypeIndexOf } from "../primordial.ts";

/** A lock as the Web's `LockManager` tells of it. */
export interface LockInfo {
  readonly name: string;
  readonly mode: "shared" | "exclusive";
  readonly clientId: string;
}

export interface LockWishes {
  /** Whoever has it loses it. */
  readonly steal: boolean;
  /** Now, or not at all: the callback is then given `null`. */
  readonly ifAvailable: boolean;
  readonly callback: (lock: object | null) => unknown;
  /** Of another thread, which tells of it itself. */
  readonly isOthers: boolean;
}

/** Whom locks are asked of. */
export interface LockKeeper {
  /** Settles as what the callback answers does, when the lock is free again. */
  request(info: LockInfo, wishes: LockWishes): Promise<unknown>;
  /** Which locks this thread has, and which it waits for: as Node has it, of others nothing is told. */
  query(): Promise<object>;
}

type Told = Pick<LockRequest, "info" | "isOthers">;

interface LockRequest extends LockWishes {
  readonly info: LockInfo;
  /** Settles as what the callback answers does, when the lock is free again. */
  readonly released: Pending<unknown>;
}

/** Locks by name: those that are held, and who waits for one, in order. */
export class LockTable implements LockKeeper {
  /** The message of the error of whoever has lost a lock. */
  static readonly STOLEN = "LOCK_STOLEN";

  readonly #held: LockRequest[] = [];
  readonly #waiting: LockRequest[] = [];

  request(info: LockInfo, wishes: LockWishes): Promise<unknown> {
    const request: LockRequest = { ...wishes, info: withoutPrototype(info), released: pendingPromise() };
    if (wishes.steal) {
      this.#steal(info.name);
      this.#grant(request);
    } else if (this.#isFree(info, this.#waiting.length)) this.#grant(request);
    else if (wishes.ifAvailable) settle(request, null, () => undefined);
    else ArrayPrototypePush(this.#waiting, request);
    return request.released.promise;
  }

  query(): Promise<object> {
    return snapshotOf(this.#held, this.#waiting);
  }

  /** Whether nobody stands in the way, neither who has it nor one of the first so many that wait. */
  #isFree({ name, mode }: LockInfo, before: number): boolean {
    for (let index = 0; index < this.#held.length; index++) {
      const { info } = this.#held[index] as LockRequest;
      if (info.name === name && (mode === "exclusive" || info.mode === "exclusive")) return false;
    }
    for (let index = 0; index < before; index++) {
      if ((this.#waiting[index] as LockRequest).info.name === name) return false;
    }
    return true;
  }

  #grant(request: LockRequest): void {
    ArrayPrototypePush(this.#held, request);
    settle(request, { ...request.info }, () => this.#release(request));
  }

  #release(request: LockRequest): void {
    const index = ArrayPrototypeIndexOf(this.#held, request);
    if (index < 0) return;
    removeAt(this.#held, index);
    for (let next = 0; next < this.#waiting.length; ) {
      const waiting = this.#waiting[next] as LockRequest;
      if (this.#isFree(waiting.info, next)) {
        removeAt(this.#waiting, next);
        this.#grant(waiting);
      } else next++;
    }
  }

  #steal(name: string): void {
    for (let index = this.#held.length - 1; index >= 0; index--) {
      const { info, released } = this.#held[index] as LockRequest;
      if (info.name !== name) continue;
      removeAt(this.#held, index);
      released.reject(new Error(LockTable.STOLEN));
    }
  }
}

/** Calls whoever has asked; what comes of that is told when the lock is free. */
function settle({ callback, released }: LockRequest, lock: object | null, release: () => void): void {
  const answer = pendingPromise<unknown>();
  try {
    answer.resolve(callback(lock));
  } catch (error) {
    answer.reject(error);
  }
  const over = (tell: (value: unknown) => void) => (value: unknown) => {
    tell(value);
    release();
  };
  PromisePrototypeThen(answer.promise, over(released.resolve), over(released.reject));
}

/** What `LockManager.query()` answers. */
export function snapshotOf(held: readonly Told[], waiting: readonly Told[]): Promise<object> {
  const { promise, resolve } = pendingPromise<object>();
  resolve({ held: told(held), pending: told(waiting) });
  return promise;
}

function told(requests: readonly Told[]): object[] {
  const infos: object[] = [];
  for (let index = 0; index < requests.length; index++) {
    const { info, isOthers } = requests[index] as Told;
    const { name, mode, clientId } = info;
    if (!isOthers) ArrayPrototypePush(infos, { name, mode, clientId });
  }
  return infos;
}
