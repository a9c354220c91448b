import * as z from "zod";
import { PluginError } from "../errors/plugin-error.ts";
import type { ServicePlugin } from "./service.ts";
import { type ServiceMethod, serviceMethod } from "./service-method.ts";

/** One figure that a plugin tells. */
export interface PluginMetric {
  readonly plugin: string;
  /** What is counted, what is set, and what is observed again and again. */
  readonly kind: "counter" | "gauge" | "histogram";
  readonly name: string;
  /** Of a counter: by how much it grows. */
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where figures of plugins go. */
export type MetricsSink = (metric: PluginMetric) => void;

/** The methods of `metrics`, as plugins see them. */
export type MetricsMethods = Readonly<Record<"increment" | "gauge" | "observe", ServiceMethod>>;

/** Names of figures, and names with labels, that a plugin may have: what keeps figures keeps each for ever. */
const MOST_NAMES = 100;
const MOST_SERIES = 1000;

const name = z.string().regex(/^[A-Za-z]\w{0,99}$/, "a name of letters, digits or `_`, 100 at most");
const labels = z
  .record(z.string().regex(/^[A-Za-z]\w{0,39}$/, "a name of letters, digits or `_`, 40 at most"), z.string().max(100))
  .refine((given) => Object.keys(given).length <= 8, "8 labels at most")
  .optional()
  .default({});
const value = z.number().refine(Number.isFinite, "a finite number");
const growth = value
  .refine((by) => by >= 0, "a number from 0")
  .optional()
  .default(1);

/**
 * Figures of plugins, for the host's own: `increment(name, by?, labels?)`, `gauge(name, value, labels?)` and
 * `observe(name, value, labels?)`. A name is of one kind. Of one plugin there are at most 100 names, and 1000 names with
 * labels; one more fails with `ERR_PLUGIN_QUOTA`.
 */
export function metricsService(sink: MetricsSink): (plugin: ServicePlugin) => MetricsMethods {
  const known = new Map<string, KnownMetrics>();
  return ({ id }) => {
    // Beyond its end: who starts again has had its names.
    const own = known.get(id) ?? new KnownMetrics(id);
    known.set(id, own);
    const tell = (
      kind: PluginMetric["kind"],
      name: string,
      value: number,
      told: Readonly<Record<string, string>>,
    ): void => {
      const sorted = Object.entries(told).sort(([one], [other]) => (one < other ? -1 : 1));
      own.assertRoom(kind, name, JSON.stringify(sorted));
      sink(Object.freeze({ plugin: id, kind, name, value, labels: Object.freeze(Object.fromEntries(sorted)) }));
    };
    return {
      increment: serviceMethod({
        parameters: [name, growth, labels],
        run: (_call, name, by, labels) => tell("counter", name, by, labels),
      }),
      gauge: serviceMethod({
        parameters: [name, value, labels],
        run: (_call, name, value, labels) => tell("gauge", name, value, labels),
      }),
      observe: serviceMethod({
        parameters: [name, value, labels],
        run: (_call, name, value, labels) => tell("histogram", name, value, labels),
      }),
    };
  };
}

/** What a plugin has told figures of. */
class KnownMetrics {
  readonly #plugin: string;
  readonly #kinds = new Map<string, PluginMetric["kind"]>();
  readonly #series = new Set<string>();

  constructor(plugin: string) {
    this.#plugin = plugin;
  }

  assertRoom(kind: PluginMetric["kind"], name: string, labels: string): void {
    const known = this.#kinds.get(name);
    if (known !== undefined && known !== kind) {
      throw new PluginError("ERR_PLUGIN_ARGUMENT", `"${name}" is a ${known} already`, { plugin: this.#plugin });
    }
    const series = `${name}${labels}`;
    if (this.#series.has(series)) return;
    if (this.#series.size >= MOST_SERIES || (known === undefined && this.#kinds.size >= MOST_NAMES)) {
      const message = `There are ${MOST_NAMES} names of figures at most, and ${MOST_SERIES} with their labels`;
      throw new PluginError("ERR_PLUGIN_QUOTA", message, { plugin: this.#plugin });
    }
    this.#kinds.set(name, kind);
    this.#series.add(series);
  }
}
