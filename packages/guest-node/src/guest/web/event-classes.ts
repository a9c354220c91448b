type EventConstructor<Init extends object = object> = new (type: string, init?: Init) => object;

/** What Node's library lacks of the events of the web. */
export interface EventClasses {
  readonly ErrorEvent: EventConstructor<ErrorEventInit>;
  readonly PromiseRejectionEvent: EventConstructor<PromiseRejectionEventInit>;
}

export interface ErrorEventInit {
  readonly cancelable?: boolean;
  readonly message?: unknown;
  readonly filename?: unknown;
  readonly lineno?: unknown;
  readonly colno?: unknown;
  readonly error?: unknown;
}

interface PromiseRejectionEventInit {
  readonly cancelable?: boolean;
  readonly promise: unknown;
  readonly reason?: unknown;
}

/** Made over Node's `Event`, as HTML has them. */
export function defineEventClasses(Event: EventConstructor): EventClasses {
  class ErrorEvent extends Event {
    readonly #message: string;
    readonly #filename: string;
    readonly #lineno: number;
    readonly #colno: number;
    readonly #error: unknown;

    constructor(type: string, init: ErrorEventInit = {}) {
      super(type, init);
      const { message = "", filename = "", lineno = 0, colno = 0, error } = init;
      this.#message = `${message}`;
      this.#filename = `${filename}`;
      this.#lineno = +(lineno as number) >>> 0;
      this.#colno = +(colno as number) >>> 0;
      this.#error = error;
    }

    get message(): string {
      return this.#message;
    }

    get filename(): string {
      return this.#filename;
    }

    get lineno(): number {
      return this.#lineno;
    }

    get colno(): number {
      return this.#colno;
    }

    get error(): unknown {
      return this.#error;
    }
  }

  class PromiseRejectionEvent extends Event {
    readonly #promise: unknown;
    readonly #reason: unknown;

    constructor(type: string, init?: PromiseRejectionEventInit) {
      if (typeof init !== "object" || init === null || !("promise" in init))
        throw new TypeError("PromiseRejectionEvent needs the promise");
      super(type, init);
      this.#promise = init.promise;
      this.#reason = init.reason;
    }

    get promise(): unknown {
      return this.#promise;
    }

    get reason(): unknown {
      return this.#reason;
    }
  }
  return { ErrorEvent, PromiseRejectionEvent };
}
