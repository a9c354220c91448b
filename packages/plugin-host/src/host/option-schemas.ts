import type { NetworkAdapter, Runtime } from "vivarium";
import * as z from "zod";
import type { ILogger } from "../services/logger.ts";
import type { Service } from "../services/service.ts";
import { isServiceName } from "../services/service-methods.ts";
import type { PluginStorage } from "../services/storage/plugin-storage.ts";
import type { PluginHostOptions } from "./host-options.ts";

/** What has permissions of its own. */
const OWN: readonly string[] = ["storage", "http", "events", "plugin"];

/** Longest time of a timer. */
const LONGEST_MS = 2 ** 31 - 1;

const ms = z.custom<number>(
  (given) => typeof given === "number" && given >= 0 && given <= LONGEST_MS,
  "milliseconds, from 0",
);
const timeout = z.custom<number>(
  (given) => typeof given === "number" && given >= 1 && given <= LONGEST_MS,
  "milliseconds, from 1",
);
const count = z.int("a whole number, from 1").min(1, "a whole number, from 1");

/** What a guest cannot do without. */
const memory = z.int("MiB, a whole number from 8").min(8, "MiB, a whole number from 8");

const services = z
  .custom<Readonly<Record<string, Service>>>(isObject, "services by their names")
  .superRefine((given, context) => {
    for (const [name, service] of Object.entries(given)) {
      const problem = problemOf(name, service);
      if (problem !== undefined) context.addIssue({ code: "custom", path: [name], message: problem });
    }
  });

/** A schema for each option, with what it has to be for its messages. */
export const optionSchemas: { readonly [Name in keyof PluginHostOptions]-?: z.ZodType } = {
  services: services.optional(),
  logger: z
    .custom<ILogger>(
      (given) => ["debug", "info", "warn", "error"].every((level) => has(given, level)),
      "an object with functions `debug`, `info`, `warn` and `error`",
    )
    .optional(),
  storage: z
    .custom<PluginStorage>(
      (given) => ["get", "set", "delete", "keys", "clear", "usedBytes"].every((method) => has(given, method)),
      "a storage, as `createMemoryStorage` makes it",
    )
    .optional(),
  metrics: aFunction(),
  config: z.record(z.string(), z.record(z.string(), z.unknown()), "configurations by the ids of plugins").optional(),
  network: z
    .custom<NetworkAdapter>(
      (given) => has(given, "fetch"),
      "a network adapter, as `createDefaultNetworkAdapter` makes it",
    )
    .optional(),
  allowPrivateAddresses: z.boolean("true or false").optional(),
  check: aFunction(),
  onServiceCall: aFunction(),
  serviceTimeoutMs: timeout.optional(),
  serviceCallsAtOnce: count.optional(),
  serviceCallsPerSecond: count.optional(),
  limits: fields({ memoryMb: memory.optional(), cpuTimeMs: count.optional(), wallTimeMs: count.optional() }).optional(),
  isolation: z.enum(["process", "shared"], '"process" or "shared"').optional(),
  runtime: z.custom<Runtime>((given) => has(given, "load"), "a runtime: a `BareRuntime`").optional(),
  resultLimitBytes: count.optional(),
  restsMs: z.array(ms, "a list of milliseconds").min(1, "a list of at least one number of milliseconds").optional(),
  breaker: fields({ failures: count.optional(), withinMs: ms.optional(), openMs: ms.optional() }).optional(),
  cpuShare: fields({
    burstMs: ms.optional(),
    ofCore: z.number().positive("a part of a core, above 0").optional(),
  }).optional(),
  startsAtOnce: count.optional(),
  stopTimeoutMs: timeout.optional(),
  eventTimeoutMs: timeout.optional(),
  maxQueuedEvents: count.optional(),
  emits: fields({ perSecond: count.optional(), burst: count.optional() }).optional(),
  maxEventDepth: count.optional(),
  onEvent: aFunction(),
  order: z
    .array(z.string("an id"), "a list of ids")
    .refine((ids) => new Set(ids).size === ids.length, "a list that has each id once")
    .optional(),
  approveFirst: z.boolean("true or false").optional(),
  // Their own reader knows them.
  approvals: z
    .record(z.string(), z.strictObject({ permissions: z.unknown().optional(), limits: z.unknown().optional() }))
    .optional(),
};

function problemOf(name: string, service: unknown): string | undefined {
  if (OWN.includes(name)) return "another name: this is the host's own";
  if (!isServiceName(name)) return "another name: letters, digits and `_`";
  return isObject(service) ? undefined : "an object of methods, or a function that makes one for a plugin";
}

/** An object of these fields alone, of which each is named to whoever mistypes one. */
function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const there = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? `there is no ${issue.keys.join(", ")}; there are ${there}` : "an object",
  });
}

function aFunction(): z.ZodType {
  return z.custom((given) => typeof given === "function", "a function").optional();
}

function isObject(given: unknown): given is object {
  return (typeof given === "object" && given !== null) || typeof given === "function";
}

function has(given: unknown, name: string): boolean {
  return isObject(given) && typeof Reflect.get(given, name) === "function";
}
