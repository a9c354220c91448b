import type { ExtensionLogger } from "../host/extension-logger.ts";
import type { ExtensionInstance } from "../instance/extension-instance.ts";
import type { Registration } from "../instance/registration.ts";
import { matchesEvent } from "./event-pattern.ts";

interface Listener {
  readonly kind: Registration["kind"];
  readonly pattern: string;
  readonly index: number;
}

/** Tells extensions of what happens in the host, in the order in which they have registered. */
export class HookEmitter {
  readonly #listeners: Map<ExtensionInstance, readonly Listener[]> = new Map();
  readonly #logger: ExtensionLogger;
  readonly #hasDetails: boolean;

  /** @param hasDetails whether filters hear what the event is about */
  constructor(logger: ExtensionLogger, hasDetails: boolean) {
    this.#logger = logger;
    this.#hasDetails = hasDetails;
  }

  set(instance: ExtensionInstance, registrations: readonly Registration[]): void {
    const listeners = registrations.map(({ kind, key }, index) => ({ kind, pattern: key, index }));
    this.#listeners.set(instance, listeners);
  }

  delete(instance: ExtensionInstance): void {
    this.#listeners.delete(instance);
  }

  /**
   * Has every filter of an event say what becomes of its payload, one after the other. All of one extension have the time
   * of one call.
   *
   * @param meta what the event is about; with the host's option `hookDetails` filters get a copy with the `event`
   * @returns the payload, or what filters have put in its place
   * @throws what a filter has thrown: what was to be done is not to be done
   */
  async filter(event: string, payload: unknown, meta: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const details = this.#hasDetails ? { event, ...meta } : undefined;
    let current = payload;
    const deadlines = new Map<ExtensionInstance, number>();
    for (const [instance, { index }] of this.#of("filter", event)) {
      const deadline = deadlines.get(instance) ?? instance.deadline();
      deadlines.set(instance, deadline);
      const answer = await instance.call(index, current, details, deadline);
      if (answer !== undefined) current = answer;
    }
    return current;
  }

  /**
   * Tells every action of an event, and waits for none. What they throw is logged.
   *
   * @param meta what the event is about; actions get a copy with the `event`
   */
  action(event: string, meta: Readonly<Record<string, unknown>> = {}): void {
    for (const [instance, { index }] of this.#of("action", event)) {
      instance.call(index, { event, ...meta }).catch((error: unknown) => {
        const { name: extension } = instance.manifest;
        this.#logger.warn(`An error was thrown while executing action "${event}"`, { extension, error });
      });
    }
  }

  /**
   * Tells what has registered for a moment of the host's own start (`app.before`, `routes.after`), and waits for it.
   *
   * @throws what it has thrown
   */
  async init(event: string, meta: Readonly<Record<string, unknown>> = {}): Promise<void> {
    for (const [instance, { index }] of this.#of("init", event)) await instance.call(index, { event, ...meta });
  }

  #of(kind: Listener["kind"], event: string): readonly (readonly [ExtensionInstance, Listener])[] {
    return [...this.#listeners].flatMap(([instance, listeners]) =>
      listeners
        .filter((listener) => listener.kind === kind && matchesEvent(listener.pattern, event))
        .map((listener) => [instance, listener] as const),
    );
  }
}
