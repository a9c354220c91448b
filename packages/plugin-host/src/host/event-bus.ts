import { PluginError } from "../errors/plugin-error.ts";
import { isEventName } from "../life/registrar.ts";
import type { DeliveryResult } from "./delivery-queue.ts";
import type { HostedPlugin } from "./hosted-plugin.ts";

/** What became of an event at one plugin. */
export interface PluginDelivery {
  readonly plugin: string;
  /** `failed`: its handler has come to nothing; `dropped`: it has not heard of it. */
  readonly outcome: DeliveryResult["outcome"];
  /** Undefined for what is done. */
  readonly error: PluginError | undefined;
  /** From the event on, waiting included. */
  readonly ms: number;
}

/** What became of an event. */
export interface DeliveryReport {
  readonly event: string;
  /** Of each plugin that listens to it, in their order. */
  readonly deliveries: readonly PluginDelivery[];
}

/** What plugins have made of a value. */
export interface FilterReport extends DeliveryReport {
  /** The value, or a copy of it: data of strangers. */
  readonly value: unknown;
}

/** How a value is filtered. */
export interface FilterOptions {
  /** Whether what a plugin has made of the value will do; if not, or if it throws, that is dropped. @default all will */
  readonly accept?: (value: unknown) => boolean;
}

/** What tells plugins of events needs. */
export interface EventBusOptions {
  /** Those that there are, in their order. */
  readonly plugins: () => readonly HostedPlugin[];
  readonly filterTimeoutMs: number;
}

/** Tells plugins of events. */
export class EventBus {
  readonly #options: EventBusOptions;

  constructor(options: EventBusOptions) {
    this.#options = options;
  }

  /** @throws PluginError `ERR_PLUGIN_ARGUMENT` (by rejection) */
  async emit(event: string, payload: unknown): Promise<DeliveryReport> {
    assertEvent(event);
    return { event, deliveries: await this.send(event, copyOf(payload), 0) };
  }

  /** @param payload nobody else's */
  async send(event: string, payload: unknown, depth: number, from?: string): Promise<readonly PluginDelivery[]> {
    const hearers = this.#options.plugins().filter((plugin) => plugin.hears("on", event));
    return Promise.all(
      hearers.map(async (plugin) => {
        const delivery = { kind: "on", name: event, payload, depth, from, withinMs: undefined } as const;
        return tell(plugin, await plugin.deliveries.offer(delivery));
      }),
    );
  }

  /** @throws PluginError `ERR_PLUGIN_ARGUMENT` (by rejection) */
  async filter(event: string, value: unknown, options: FilterOptions): Promise<FilterReport> {
    assertEvent(event);
    const accept = readAccept(options);
    let current = copyOf(value);
    const deliveries: PluginDelivery[] = [];
    for (const plugin of this.#options.plugins()) {
      if (!plugin.hears("filter", event)) continue;
      const withinMs = this.#options.filterTimeoutMs;
      const delivery = { kind: "filter", name: event, payload: current, depth: 0, from: undefined, withinMs } as const;
      const result = await plugin.deliveries.offer(delivery);
      const isTaken = result.outcome === "done" && isAccepted(accept, result.value);
      if (isTaken) current = result.value;
      const error = result.outcome === "done" && !isTaken ? plugin.refuse(event) : undefined;
      deliveries.push(error === undefined ? tell(plugin, result) : refused(plugin, error, result.ms));
    }
    return { event, value: current, deliveries };
  }
}

/** A word that is none would leave a value unchecked. @throws PluginError `ERR_PLUGIN_ARGUMENT` */
function readAccept(options: FilterOptions): (value: unknown) => boolean {
  const { accept = () => true, ...unknown } = options;
  const [name] = Object.keys(unknown);
  if (name !== undefined)
    throw new PluginError("ERR_PLUGIN_ARGUMENT", `A filter has no option "${name}": there is "accept"`);
  if (typeof accept !== "function")
    throw new PluginError("ERR_PLUGIN_ARGUMENT", 'The option "accept" of a filter is a function');
  return accept;
}

/** What checks a value may change it: it gets one of its own. */
function isAccepted(accept: (value: unknown) => boolean, value: unknown): boolean {
  try {
    return accept(structuredClone(value)) === true;
  } catch {
    return false;
  }
}

function tell({ id }: HostedPlugin, result: DeliveryResult): PluginDelivery {
  const { outcome, ms } = result;
  return { plugin: id, outcome, error: outcome === "done" ? undefined : result.error, ms };
}

function refused({ id }: HostedPlugin, error: PluginError, ms: number): PluginDelivery {
  return { plugin: id, outcome: "failed", error, ms };
}

function assertEvent(event: unknown): void {
  if (isEventName(event)) return;
  throw new PluginError("ERR_PLUGIN_ARGUMENT", "An event is called by lower-case words between dots");
}

function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new PluginError("ERR_PLUGIN_ARGUMENT", "What plugins are told has to be data", { cause });
  }
}
