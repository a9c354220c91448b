import { PluginHost, type PluginHostOptions, type PluginParts } from "@vivarium/plugin-host";

/** How long each delivery has taken, in milliseconds, and how long they have taken together. */
export interface Deliveries {
  readonly ms: readonly number[];
  readonly seconds: number;
}

const PAYLOAD = { id: 7, title: "The quick brown fox jumps over the lazy dog", tags: ["animals", "speed"] };

/** A host whose plugins tell a service of its own. */
export function openHost(options: PluginHostOptions): PluginHost {
  return new PluginHost({ services: { notes: { tell: (words: unknown) => String(words).length } }, ...options });
}

/** @returns how long that has taken, in seconds */
export async function startPlugins(host: PluginHost, plugins: readonly PluginParts[]): Promise<number> {
  const began = performance.now();
  for (const plugin of plugins) await host.install(plugin);
  const reports = await host.startAll();
  for (const { error, plugin } of reports) if (error !== undefined) throw new Error(`${plugin}: ${error.message}`);
  return (performance.now() - began) / 1000;
}

/** Sends one event after the other, each when all have heard the one before. */
export async function sendTicks(host: PluginHost, forMs: number): Promise<Deliveries> {
  const ms: number[] = [];
  const began = performance.now();
  while (performance.now() - began < forMs) {
    const { deliveries } = await host.emit("tick", PAYLOAD);
    for (const delivery of deliveries) if (delivery.outcome === "done") ms.push(delivery.ms);
  }
  return { ms, seconds: (performance.now() - began) / 1000 };
}

/** Sends an event at fixed times, whoever has heard the one before. */
export function sendEvery(host: PluginHost, event: "tick" | "tock", everyMs: number): { stop(): Promise<Deliveries> } {
  const began = performance.now();
  const ms: number[] = [];
  const open = new Set<Promise<void>>();
  const send = async (): Promise<void> => {
    const { deliveries } = await host.emit(event, PAYLOAD);
    for (const delivery of deliveries) if (delivery.outcome === "done") ms.push(delivery.ms);
  };
  const timer = setInterval(() => {
    const sent = send().finally(() => open.delete(sent));
    open.add(sent);
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      if (event === "tick") await Promise.all(open);
      return { ms, seconds: (performance.now() - began) / 1000 };
    },
  };
}

/** The time within which so much of all has come, in milliseconds. */
export function quantile(ms: readonly number[], part: number): number {
  const sorted = ms.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
