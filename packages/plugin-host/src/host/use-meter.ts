import type { GuestUsage } from "vivarium";
import type { PluginLife } from "../life/plugin-life.ts";
import type { MethodUse, ServiceUse } from "../services/service-meter.ts";
import { elapsed } from "./elapsed.ts";

/** How often, at most, a guest that is busy is looked at without being asked for, in milliseconds. */
const LOOK_MS = 1000;
/** How long whoever asks waits for a guest that computes, in milliseconds. */
const PATIENCE_MS = 200;

const NONE: ServiceUse = { calls: 0, denied: 0, failed: 0, totalMs: 0, underWay: 0, methods: new Map() };

/** Adds up what the lives of one plugin use. */
export class UseMeter {
  #life: PluginLife | undefined;
  #last: GuestUsage | undefined;
  #lookedAt = 0;
  #pastCpuMs = 0;
  #pastDenied = 0;
  #pastServices: ServiceUse = NONE;

  /** A life begins, or, without one, the last is over. */
  follow(life: PluginLife | undefined): void {
    if (this.#life !== undefined) {
      this.#pastCpuMs += this.#last?.cpuTimeMs ?? 0;
      this.#pastDenied += this.#life.denied;
      this.#pastServices = sum(this.#pastServices, this.#life.gate.meter.read());
    }
    this.#life = life;
    this.#last = undefined;
    this.#lookedAt = 0;
  }

  /** Looks at what is used now and then, so that little is missing when a guest ends of a sudden. */
  glance(now: number): void {
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    void this.#look();
  }

  /** Never rejects. */
  async read(): Promise<{
    readonly cpuTimeMs: number;
    readonly memoryBytes: number;
    readonly services: ServiceUse;
    readonly denials: number;
  }> {
    await Promise.race([this.#look(), elapsed(PATIENCE_MS)]);
    const { heapUsedBytes = 0, externalBytes = 0, cpuTimeMs = 0 } = this.#last ?? {};
    const services =
      this.#life === undefined ? this.#pastServices : sum(this.#pastServices, this.#life.gate.meter.read());
    return {
      cpuTimeMs: this.#pastCpuMs + cpuTimeMs,
      memoryBytes: heapUsedBytes + externalBytes,
      services,
      denials: services.denied + this.#pastDenied + (this.#life?.denied ?? 0),
    };
  }

  async #look(): Promise<void> {
    const life = this.#life;
    const usage = await life?.usage().catch(() => undefined);
    if (usage !== undefined && this.#life === life) this.#last = usage;
  }
}

function sum(past: ServiceUse, present: ServiceUse): ServiceUse {
  const methods = new Map(past.methods);
  for (const [name, use] of present.methods) methods.set(name, plus(methods.get(name), use));
  return { ...plus(past, present), underWay: present.underWay, methods };
}

function plus(one: MethodUse | undefined, other: MethodUse): MethodUse {
  const { calls = 0, denied = 0, failed = 0, totalMs = 0 } = one ?? {};
  return {
    calls: calls + other.calls,
    denied: denied + other.denied,
    failed: failed + other.failed,
    totalMs: totalMs + other.totalMs,
  };
}
