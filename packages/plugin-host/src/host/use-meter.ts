import type { GuestUsage } from "vivarium";
import type { PluginLife } from "../life/plugin-life.ts";
import { ReadOnlyMap } from "../manifest/read-only-map.ts";
import type { MethodUse, ServiceUse } from "../services/service-meter.ts";
import { elapsed } from "./elapsed.ts";
import type { PluginUse } from "./plugin-status.ts";

/** How often, at most, a guest that is busy is looked at without being asked for, in milliseconds. */
const LOOK_MS = 1000;
/** How long whoever asks waits for a guest that computes, in milliseconds. */
const PATIENCE_MS = 200;

const NONE: ServiceUse = { calls: 0, denied: 0, failed: 0, totalMs: 0, underWay: 0, methods: new Map() };

/** Adds up what the lives of one plugin use: two at a time while it is updated. */
export class UseMeter {
  /** With what they had used when they were last looked at. */
  readonly #lives: Map<PluginLife, GuestUsage | undefined> = new Map();
  #lookedAt = 0;
  #pastCpuMs = 0;
  #pastDenied = 0;
  #pastServices: ServiceUse = NONE;

  join(life: PluginLife): void {
    this.#lives.set(life, undefined);
  }

  /** It is over. */
  leave(life: PluginLife): void {
    this.#pastCpuMs += this.#lives.get(life)?.cpuTimeMs ?? 0;
    this.#pastDenied += life.denied;
    this.#pastServices = { ...sum(this.#pastServices, life.gate.meter.read()), underWay: 0 };
    this.#lives.delete(life);
  }

  /** Looks at what is used now and then, so that little is missing when a guest ends of a sudden. */
  glance(now: number): void {
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    void this.#look();
  }

  /** Never rejects. */
  async read(): Promise<Omit<PluginUse, "deliveries">> {
    await Promise.race([this.#look(), elapsed(PATIENCE_MS)]);
    let [cpuTimeMs, memoryBytes, denied, services] = [this.#pastCpuMs, 0, this.#pastDenied, this.#pastServices];
    for (const [life, usage] of this.#lives) {
      cpuTimeMs += usage?.cpuTimeMs ?? 0;
      memoryBytes += (usage?.heapUsedBytes ?? 0) + (usage?.externalBytes ?? 0);
      denied += life.denied;
      services = sum(services, life.gate.meter.read());
    }
    return { cpuTimeMs, memoryBytes, services, denials: denied + services.denied };
  }

  async #look(): Promise<void> {
    await Promise.all(
      [...this.#lives.keys()].map(async (life) => {
        const usage = await life.usage().catch(() => undefined);
        if (usage !== undefined && this.#lives.has(life)) this.#lives.set(life, usage);
      }),
    );
  }
}

function sum(past: ServiceUse, present: ServiceUse): ServiceUse {
  const methods = new Map(past.methods);
  for (const [name, use] of present.methods) methods.set(name, plus(methods.get(name), use));
  return { ...plus(past, present), underWay: past.underWay + present.underWay, methods: new ReadOnlyMap(methods) };
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
