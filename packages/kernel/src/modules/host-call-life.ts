import type { HostCall } from "@vivarium/core";

/** The calls whose functions have asked for their signal, and are not over. */
export type LiveCalls = Set<HostCallLife>;

/**
 * One call of a host function, as the function sees it, for as long as something of it is under way: its signal is its
 * own, so that whoever listens to it is forgotten with the call.
 */
export class HostCallLife implements HostCall {
  readonly module: string;
  readonly function: string;
  readonly #live: LiveCalls;
  #controller: AbortController | undefined;
  #isOver = false;

  constructor(module: string, path: string, live: LiveCalls) {
    this.module = module;
    this.function = path;
    this.#live = live;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (!this.#isOver) this.#live.add(this);
    }
    return this.#controller.signal;
  }

  /** Nobody waits for it any more. */
  abort(reason: Error): void {
    this.#live.delete(this);
    this.#controller?.abort(reason);
  }

  /** All of it is over. */
  end(): void {
    this.#isOver = true;
    this.#live.delete(this);
  }
}
