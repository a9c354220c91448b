import type { AsyncWrap, Callback } from "./async-wraps.ts";
import type { Guest } from "./guest.ts";
import type { LoopHandle } from "./loop-state.ts";

/** What an object has that is a handle in libuv's sense and no stream: it may keep the loop alive, and is closed. */
export class HandlePart {
  readonly #guest: Guest;
  readonly #object: object;
  readonly #wrap: AsyncWrap;
  readonly #loop: LoopHandle;
  #isClosed = false;

  /** @param name what `process.getActiveResourcesInfo` calls it */
  constructor(guest: Guest, object: object, provider: string, name: string) {
    this.#guest = guest;
    this.#object = object;
    this.#wrap = guest.wraps.adopt(object, provider);
    this.#loop = { name, active: false, ref: true, listed: false, object };
  }

  get isActive(): boolean {
    return this.#loop.active;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isReferenced(): boolean {
    return this.#loop.ref;
  }

  set isReferenced(value: boolean) {
    this.#loop.ref = value;
  }

  /** From here on it keeps the loop alive, as long as it is referenced. */
  start(): void {
    this.#loop.active = true;
    this.#guest.loop.addHandle(this.#loop);
  }

  stop(): void {
    this.#loop.active = false;
  }

  /** Calls a function of the program's, if it is one, as a callback of the handle. */
  call(callback: unknown, first?: unknown, second?: unknown, third?: unknown, fourth?: unknown): void {
    if (typeof callback !== "function") return;
    this.#guest.loop.makeCallback(this.#wrap, callback as Callback, this.#object, first, second, third, fourth);
  }

  /** Answers false when it has been closed before. The callback comes in the closing phase. */
  close(callback: unknown): boolean {
    if (this.#isClosed) return false;
    this.#isClosed = true;
    this.stop();
    this.#guest.loop.close(() => {
      this.#guest.wraps.release(this.#wrap);
      this.call(callback);
    });
    return true;
  }
}
