import { ReadOnlyMap } from "../manifest/read-only-map.ts";

/** How one method has been used. */
export interface MethodUse {
  readonly calls: number;
  readonly denied: number;
  readonly failed: number;
  /** How long its calls have taken altogether, in milliseconds. */
  readonly totalMs: number;
}

/** How a plugin has used the services of its host. */
export interface ServiceUse extends MethodUse {
  readonly underWay: number;
  /** By `service.method`: only such as the plugin was granted. */
  readonly methods: ReadonlyMap<string, MethodUse>;
}

/** How a call of a service has ended. */
export type ServiceOutcome = "done" | "denied" | "failed";

/** Counts calls of services. */
export class ServiceMeter {
  readonly #methods: Map<string, MethodUse> = new Map();
  #all: MethodUse = NONE;
  #underWay = 0;

  get underWay(): number {
    return this.#underWay;
  }

  began(): void {
    this.#underWay += 1;
  }

  ended(): void {
    this.#underWay -= 1;
  }

  /** @param method undefined for what there is not: a plugin can ask for as many names as it likes */
  count(method: string | undefined, outcome: ServiceOutcome, ms: number): void {
    this.#all = plus(this.#all, outcome, ms);
    if (method !== undefined) this.#methods.set(method, plus(this.#methods.get(method) ?? NONE, outcome, ms));
  }

  read(): ServiceUse {
    return { ...this.#all, underWay: this.#underWay, methods: new ReadOnlyMap(this.#methods) };
  }
}

const NONE: MethodUse = { calls: 0, denied: 0, failed: 0, totalMs: 0 };

function plus({ calls, denied, failed, totalMs }: MethodUse, outcome: ServiceOutcome, ms: number): MethodUse {
  return {
    calls: calls + 1,
    denied: denied + Number(outcome === "denied"),
    failed: failed + Number(outcome === "failed"),
    totalMs: totalMs + ms,
  };
}
