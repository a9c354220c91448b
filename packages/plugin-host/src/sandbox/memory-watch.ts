import type { LiveIsolate } from "./live-isolate.ts";

const EVERY_MS = 1_000;
/** What an execution waits for its measure: a guest that is busy with another tells it later. */
const PATIENCE_MS = 100;

/** Told of each measure. */
export type OnMeasured = (isolateId: string, megabytes: number) => void;

/** Measures what isolates take: again and again while there are any, and when asked. It keeps no process alive. */
export class MemoryWatch {
  readonly #onMeasured: OnMeasured;
  readonly #isolates: Set<LiveIsolate> = new Set();
  /** Whoever has been asked is not asked again before it has answered. */
  readonly #asked: Map<LiveIsolate, Promise<void>> = new Map();
  #timer: NodeJS.Timeout | undefined;

  constructor(onMeasured: OnMeasured) {
    this.#onMeasured = onMeasured;
  }

  add(isolate: LiveIsolate): void {
    this.#isolates.add(isolate);
    this.#timer ??= setInterval(() => this.#measureAll(), EVERY_MS).unref();
  }

  delete(isolate: LiveIsolate): void {
    this.#isolates.delete(isolate);
    if (this.#isolates.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Settles when an isolate has been measured, or has not answered for a moment. Never rejects. */
  async measure(isolate: LiveIsolate): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, PATIENCE_MS);
    try {
      await Promise.race([promise, this.#ask(isolate)]);
    } finally {
      clearTimeout(timer);
    }
  }

  #measureAll(): void {
    for (const isolate of this.#isolates) if (!this.#asked.has(isolate)) void this.#ask(isolate);
  }

  #ask(isolate: LiveIsolate): Promise<void> {
    const asked = this.#measured(isolate).finally(() => {
      if (this.#asked.get(isolate) === asked) this.#asked.delete(isolate);
    });
    this.#asked.set(isolate, asked);
    return asked;
  }

  async #measured(isolate: LiveIsolate): Promise<void> {
    try {
      const bytes = await isolate.measure();
      if (bytes !== undefined && this.#isolates.has(isolate)) this.#onMeasured(isolate.handle.id, bytes / 2 ** 20);
    } catch {
      // It has ended meanwhile: what it took is nobody's any more.
    }
  }
}
