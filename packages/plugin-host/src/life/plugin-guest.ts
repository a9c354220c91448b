import {
  defineModule,
  defineSourceModule,
  type Guest,
  type GuestUsage,
  type HostCall,
  type HostModules,
  hostFunction,
  isVivariumError,
  type Outcome,
  type ProvidedModule,
  type Runtime,
} from "vivarium";
import { PluginError } from "../errors/plugin-error.ts";
import { guestCode } from "../guest-code.ts";
import type { PluginLimits } from "../manifest/plugin-manifest.ts";
import type { ServiceGate } from "../services/service-gate.ts";
import { callError, endedError } from "./call-error.ts";
import { thrownWords } from "./thrown-words.ts";

/** Stands between a guest's contexts and their services. */
export interface ContextGates {
  /** The gate of a context by the number that the guest knows it by; undefined for one that is over. */
  readonly gateOf: (run: number) => { readonly gate: ServiceGate; readonly signal?: AbortSignal } | undefined;
}

/** What a guest is loaded from. */
export interface PluginGuestDefinition {
  /** Whom errors name. */
  readonly plugin: string;
  readonly runtime: Runtime;
  readonly limits: PluginLimits;
  readonly gates: ContextGates;
  /** Which of our programs runs in it. */
  readonly program: "plugin" | "script";
  /** What else that program imports. */
  readonly modules: HostModules;
  /** What the guest says on its standard error: of rejections that nobody handles, for one. */
  readonly onMessage?: ((message: string) => void) | undefined;
  /** Most bytes of what it answers. */
  readonly resultLimitBytes: number;
  /** Ends it, while it is loaded and later. */
  readonly signal?: AbortSignal | undefined;
}

/** How a call of a guest is bounded; what is not said is as the limits of its manifest have it. */
export interface GuestCallOptions {
  /** Milliseconds. */
  readonly timeoutMs?: number;
  /** Milliseconds. */
  readonly cpuTimeLimitMs?: number;
  readonly signal?: AbortSignal;
}

/** A guest in which the code of one plugin runs: it stays until it ends, by itself, by a limit, or disposed of. */
export class PluginGuest implements AsyncDisposable {
  readonly #guest: Guest;
  readonly #plugin: string;
  readonly #limits: PluginLimits;
  /** Settles with how it has ended. */
  readonly exited: Promise<Outcome>;

  private constructor(guest: Guest, { plugin, limits }: PluginGuestDefinition) {
    this.#guest = guest;
    this.#plugin = plugin;
    this.#limits = limits;
    this.exited = guest.exited.then(({ outcome }) => outcome);
  }

  /** @throws PluginError `ERR_PLUGIN_LOAD`, `ERR_PLUGIN_LIMIT` for a program that cannot be loaded */
  static async load(definition: PluginGuestDefinition): Promise<PluginGuest> {
    return new PluginGuest(await loadGuest(definition), definition);
  }

  /**
   * Calls a function of the program.
   *
   * @throws PluginError `ERR_PLUGIN_THREW`, `ERR_PLUGIN_LIMIT`, `ERR_PLUGIN_TIMEOUT`, `ERR_PLUGIN_ABORTED`, `ERR_PLUGIN_BUSY`,
   * `ERR_PLUGIN_DISPOSED`
   */
  async call(name: string, args: readonly unknown[], options: GuestCallOptions = {}): Promise<unknown> {
    return this.settle(() => this.#guest.call(name, [...args], this.bounds(options)));
  }

  /** Whatever is called of it, with errors that are this package's. */
  async settle(call: () => Promise<unknown>): Promise<unknown> {
    try {
      const answer = await call();
      assertInert(answer, this.#plugin);
      return answer;
    } catch (error) {
      if (error instanceof PluginError) throw error;
      throw callError(error, this.#plugin, await this.#endedBy(error));
    }
  }

  /** The bounds of a call of one of its functions. */
  bounds({ timeoutMs, cpuTimeLimitMs, signal }: GuestCallOptions = {}): {
    readonly timeoutMs: number;
    readonly cpuTimeLimitMs: number;
    readonly signal?: AbortSignal;
  } {
    return {
      timeoutMs: Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, this.#limits.wallTimeMs),
      cpuTimeLimitMs: Math.min(cpuTimeLimitMs ?? Number.POSITIVE_INFINITY, this.#limits.cpuTimeMs),
      ...(signal !== undefined && { signal }),
    };
  }

  /** What it has used so far, as measured; undefined once it has ended. */
  async usage(): Promise<GuestUsage | undefined> {
    return this.#guest.status().state === "running" ? this.#guest.usage() : undefined;
  }

  /** CPU time of its cell, in milliseconds, also while it computes; undefined where nobody can tell, and once it has ended. */
  cpuTimeMs(): number | undefined {
    return this.#guest.status().cpuTimeMs;
  }

  /** Has whatever else the machine does go before it, where it has a cell to itself. */
  standBack(): void {
    whereItCan(() => this.#guest.lowerPriority());
  }

  /** Stops it where it is until it is resumed, where it has a process to itself. */
  suspend(): void {
    whereItCan(() => this.#guest.suspend());
  }

  /** Has it go on. */
  resume(): void {
    this.#guest.resume();
  }

  /** Ends it: what is under way fails. Idempotent. */
  async dispose(): Promise<void> {
    await this.#guest.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #endedBy(error: unknown): Promise<Outcome | undefined> {
    const hasEnded = isVivariumError(error, "ERR_CALL_FAILED") && error.detail.reason === "ended";
    return hasEnded ? this.exited : undefined;
  }
}

function whereItCan(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!isVivariumError(error, "ERR_UNSUPPORTED_CAPABILITY")) throw error;
  }
}

async function loadGuest(definition: PluginGuestDefinition): Promise<Guest> {
  const { runtime, limits, program, plugin, onMessage, signal } = definition;
  try {
    return await runtime.load(guestCode(program), {
      filePath: `/vivarium/${program}.js`,
      memoryLimit: limits.memoryMb,
      cpuTimeLimitMs: limits.cpuTimeMs,
      wallTimeLimitMs: limits.wallTimeMs,
      resultLimitBytes: definition.resultLimitBytes,
      unhandledRejections: "warn",
      onStdio: ({ message }) => onMessage?.(message),
      ...(signal !== undefined && { signal }),
      modules: { ...definition.modules, "plugin:context": contextModule(definition) },
    });
  } catch (error) {
    throw loadError(error, plugin);
  }
}

function loadError(error: unknown, plugin: string): PluginError {
  if (error instanceof PluginError) return error;
  if (!isVivariumError(error, "ERR_LOAD_FAILED")) {
    return new PluginError("ERR_PLUGIN_LOAD", "No guest can be had for it", { plugin, cause: error });
  }
  const { outcome } = error.detail;
  const ended = endedError(outcome, plugin, error);
  if (ended.code === "ERR_PLUGIN_LIMIT") return ended;
  const why = "errorMessage" in outcome ? outcome.errorMessage : outcome.kind;
  return new PluginError("ERR_PLUGIN_LOAD", `It cannot be loaded: ${thrownWords(undefined, why)}`, {
    plugin,
    cause: error,
  });
}

function contextModule({ gates }: PluginGuestDefinition): ProvidedModule {
  const call = hostFunction({
    isSync: false,
    run: ({ signal }: HostCall, run: unknown, service: unknown, method: unknown, args: unknown) =>
      serve(gates, { run, service, method, args }, signal),
  });
  return defineSourceModule(guestCode("context"), {
    filePath: "/vivarium/context.js",
    imports: { "plugin:host": defineModule({ call }) },
  });
}

interface AskedCall {
  readonly run: unknown;
  readonly service: unknown;
  readonly method: unknown;
  readonly args: unknown;
}

async function serve(
  { gateOf }: ContextGates,
  { run, service, method, args }: AskedCall,
  ended: AbortSignal,
): Promise<unknown> {
  if (typeof run !== "number" || typeof service !== "string" || typeof method !== "string" || !Array.isArray(args)) {
    throw new PluginError(
      "ERR_PLUGIN_ARGUMENT",
      "A call of a service has its name, its method and a list of arguments",
    );
  }
  const open = gateOf(run);
  if (open === undefined) throw new PluginError("ERR_PLUGIN_DISPOSED", "The run of this context is over");
  const signal = open.signal === undefined ? ended : AbortSignal.any([ended, open.signal]);
  return open.gate.call(service, method, args, signal);
}

/** Of what it can answer with one thing alone is no copy. @throws PluginError */
function assertInert(answer: unknown, plugin: string): void {
  if (typeof answer !== "object" || answer === null || !(Symbol.asyncIterator in answer)) return;
  const live = answer as AsyncIterable<unknown>;
  live[Symbol.asyncIterator]()
    .return?.()
    .catch(() => undefined);
  throw new PluginError("ERR_PLUGIN_THREW", "It has given no data: a generator", { plugin });
}
