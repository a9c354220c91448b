import { PluginError } from "../errors/plugin-error.ts";
import type { Service, Services } from "../services/service.ts";
import type { IPluginContext } from "./plugin-context.ts";

/** How one execution is bounded. */
export interface ExecutionOptions {
  /** Calls it off (`ERR_PLUGIN_ABORTED`). */
  readonly signal?: AbortSignal | undefined;
  /** How long it may take, in milliseconds. @default what the manifest allows, which is the most */
  readonly timeoutMs?: number | undefined;
}

/**
 * What the host lends to one execution: services by their names, as members of it or of its `services` (which are taken first).
 * Code in the sandbox has of them what its manifest grants, as its `context`; what is not lent is not there.
 *
 * `http` takes `permissions.network` of the manifest, `storage` its `permissions.storage`, `events` its `emits`; any other needs to
 * be named by `permissions.services`. Of objects that know nothing of plugins, `logger` is written to as `loggerService()` does,
 * `config` may be plain data, and `storage` a `PluginStorage`; of any other storage the sandbox counts what each isolate
 * writes by itself, which is no more than the quota.
 */
export interface SandboxContext extends ExecutionOptions {
  /** An {@link IPluginContext}, for one. */
  readonly services?: IPluginContext | Readonly<Record<string, Service | undefined>> | undefined;
  readonly [service: string]: unknown;
}

/** A context as it is used: read once. */
export interface LentContext {
  /** @returns undefined for what is not lent */
  readonly serviceOf: (name: string) => Service | undefined;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
}

/** @throws PluginError `ERR_PLUGIN_ARGUMENT` */
export function readContext(context: SandboxContext, plugin: string): LentContext {
  const given: unknown = context;
  if (!isObject(given)) throw invalid("The context of an execution has to be an object", plugin);
  const { services, signal, timeoutMs } = given as SandboxContext;
  if (services !== undefined && !isObject(services)) throw invalid("`services` has to be an object", plugin);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalid("`signal` has to be an AbortSignal", plugin);
  if (timeoutMs !== undefined && !(Number.isFinite(timeoutMs) && timeoutMs > 0))
    throw invalid("`timeoutMs` has to be a number of milliseconds above 0", plugin);
  const lenders = [services, given].filter((lender) => lender !== undefined);
  return { serviceOf: (name) => serviceOf(lenders as readonly Services[], name, plugin), signal, timeoutMs };
}

const OPTIONS: ReadonlySet<string> = new Set(["services", "signal", "timeoutMs"]);

function serviceOf([first, second]: readonly Services[], name: string, plugin: string): Service | undefined {
  if (name in Object.prototype) return undefined;
  const service = first?.[name] ?? (OPTIONS.has(name) ? undefined : second?.[name]);
  if (service === undefined || service === null) return undefined;
  if (typeof service !== "object" && typeof service !== "function")
    throw invalid(`The service "${name}" has to be an object, or a function that makes one`, plugin);
  return service;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function invalid(message: string, plugin: string): PluginError {
  return new PluginError("ERR_PLUGIN_ARGUMENT", message, { plugin });
}
