import { defineSourceModule, type GuestUsage, type Outcome, type Runtime } from "vivarium";
import { PluginError } from "../errors/plugin-error.ts";
import { matchesEvent } from "../manifest/matches-event.ts";
import type { PluginPackage } from "../package/plugin-package.ts";
import type { ServiceGate } from "../services/service-gate.ts";
import { PluginGuest } from "./plugin-guest.ts";
import { type HandlerKind, Registrar, type Registration } from "./registrar.ts";

/** What a plugin is started from. */
export interface PluginLifeDefinition {
  readonly package: PluginPackage;
  readonly runtime: Runtime;
  readonly gate: ServiceGate;
  /** Ends it, whenever it fires. */
  readonly signal: AbortSignal;
  readonly onMessage: (message: string) => void;
  readonly resultLimitBytes: number;
}

/** Something that happens, as a plugin is told of it. */
export interface PluginEvent {
  readonly kind: HandlerKind;
  readonly name: string;
  /** Nobody else's, and never changed: each handler gets a copy. */
  readonly payload: unknown;
  /** The plugin that has sent it; undefined for the host. */
  readonly from: string | undefined;
}

/** Milliseconds within which a guest is there again, or has ended, after a call that has taken too much. */
const AWAKE_MS = 2000;

/** A plugin from one start to the end of its guest. */
export class PluginLife {
  readonly package: PluginPackage;
  readonly gate: ServiceGate;
  readonly exited: Promise<Outcome>;
  /** Whether it listens to an event; also once it has ended. */
  readonly hears: (kind: HandlerKind, event: string) => boolean;
  readonly #guest: PluginGuest;
  readonly #registrar: Registrar;
  #hasEnded = false;

  private constructor(guest: PluginGuest, registrar: Registrar, definition: PluginLifeDefinition) {
    this.package = definition.package;
    this.gate = definition.gate;
    this.exited = guest.exited;
    this.#guest = guest;
    this.#registrar = registrar;
    const listened = registrar.registrations.map(({ kind, event }) => ({ kind, event }));
    this.hears = (kind, name) => listened.some((each) => each.kind === kind && matchesEvent([each.event], name));
    void guest.exited.then(() => {
      this.#hasEnded = true;
    });
  }

  /** @throws PluginError `ERR_PLUGIN_LOAD`, `ERR_PLUGIN_LIMIT`; `ERR_PLUGIN_ABORTED` where its signal has fired */
  static async start(definition: PluginLifeDefinition): Promise<PluginLife> {
    const { manifest, code, filePath } = definition.package;
    const { gate, signal } = definition;
    const registrar = new Registrar(manifest);
    try {
      const guest = await PluginGuest.load({
        ...definition,
        plugin: manifest.id,
        limits: manifest.limits,
        gates: { gateOf: (run) => (run === 0 ? { gate } : undefined) },
        program: "plugin",
        modules: {
          "plugin:registrar": registrar.module(gate),
          "plugin:code": defineSourceModule(code, { filePath }),
        },
      });
      return new PluginLife(guest, registrar, definition);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new PluginError("ERR_PLUGIN_ABORTED", "It was stopped before it had started", {
        plugin: manifest.id,
        cause: error,
      });
    } finally {
      registrar.close();
    }
  }

  /** Registrations that it was denied. */
  get denied(): number {
    return this.#registrar.denied;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Has its handlers of an event called, one after the other, in the order of their registration. One that fails does not
   * keep the next from an event, but ends a filter.
   *
   * @param until when they have to be through, as `performance.now()` tells it
   * @returns what filters make of the payload
   * @throws PluginError as the first that has failed, once it is known whether the guest lives
   */
  async deliver(event: PluginEvent, until: number): Promise<unknown> {
    let { payload } = event;
    let failure: unknown;
    for (const { handler } of this.#handlersOf(event)) {
      try {
        const answer = await this.#call(handler, payload, event, until);
        if (event.kind === "filter" && answer !== undefined) payload = answer;
      } catch (error) {
        failure ??= error;
        await this.#recover(error);
        if (event.kind === "filter" || this.#hasEnded) break;
      }
    }
    if (failure !== undefined) throw failure;
    return payload;
  }

  /** Gives the plugin a chance to end well. */
  async deactivate(timeoutMs: number): Promise<void> {
    await this.#guest.call("deactivate", [], { timeoutMs });
  }

  /** What it has used, as measured; undefined once it has ended. */
  async usage(): Promise<GuestUsage | undefined> {
    return this.#guest.usage();
  }

  /** See {@link PluginGuest.cpuTimeMs}. */
  cpuTimeMs(): number | undefined {
    return this.#guest.cpuTimeMs();
  }

  /** See {@link PluginGuest.standBack}. */
  standBack(): void {
    this.#guest.standBack();
  }

  /** See {@link PluginGuest.suspend}. */
  suspend(): void {
    this.#guest.suspend();
  }

  /** Has it go on. */
  resume(): void {
    this.#guest.resume();
  }

  async dispose(): Promise<void> {
    await this.#guest.dispose();
  }

  #handlersOf({ kind, name }: PluginEvent): readonly Registration[] {
    return this.#registrar.registrations.filter((each) => each.kind === kind && matchesEvent([each.event], name));
  }

  #call(handler: Registration["handler"], payload: unknown, event: PluginEvent, until: number): Promise<unknown> {
    const details = { event: event.name, ...(event.from !== undefined && { from: event.from }) };
    const timeoutMs = Math.max(1, until - performance.now());
    return this.#guest.settle(() => handler.call([payload, details], this.#guest.bounds({ timeoutMs })));
  }

  /** One that computes on ends soon, and one that waits goes on: whatever is called next is to find which. */
  async #recover(error: unknown): Promise<void> {
    if (!isBreach(error)) return;
    await this.#guest.call("isAwake", [], { timeoutMs: AWAKE_MS }).catch(() => undefined);
  }
}

/** Whether a plugin has taken more than it may. */
export function isBreach(error: unknown): boolean {
  return error instanceof PluginError && (error.code === "ERR_PLUGIN_LIMIT" || error.code === "ERR_PLUGIN_TIMEOUT");
}
