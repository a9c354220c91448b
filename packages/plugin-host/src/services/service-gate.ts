import type { PermissionDecision } from "vivarium";
import { PluginError } from "../errors/plugin-error.ts";
import type { Pace } from "../life/pace.ts";
import { settleWithin } from "../life/settle-within.ts";
import { quoted } from "../text/quoted.ts";
import { assertData } from "./assert-data.ts";
import { assertModest } from "./assert-modest.ts";
import type { GrantedServices } from "./granted-services.ts";
import type { ServiceCall, ServicePlugin } from "./service.ts";
import { ServiceError } from "./service-error.ts";
import { ServiceMeter, type ServiceOutcome } from "./service-meter.ts";
import type { ServiceMethod } from "./service-method.ts";
import { PlainMethod } from "./service-methods.ts";
import { validateArguments } from "./validate-arguments.ts";

/** What a plugin asks of a service, for the host's own check. */
export interface ServiceRequest {
  readonly plugin: ServicePlugin;
  readonly service: string;
  readonly method: string;
  /** A copy: the method gets another. */
  readonly args: readonly unknown[];
}

/** Decides on a call beyond what the manifest grants. Anything but an explicit yes denies. */
export type ServiceCheck = (
  request: ServiceRequest,
) => boolean | PermissionDecision | Promise<boolean | PermissionDecision>;

/** How a call of a service has ended, for the host's eyes. */
export interface ServiceRecord {
  readonly plugin: string;
  readonly service: string;
  readonly method: string;
  readonly outcome: ServiceOutcome;
  readonly ms: number;
  /** Why, where it was not done: with the host's own words, which the plugin does not get. */
  readonly error?: unknown;
}

/** What stands between a plugin and its services. */
export interface GateOptions {
  readonly plugin: ServicePlugin;
  readonly granted: GrantedServices;
  readonly check?: ServiceCheck | undefined;
  /** Hears of each call. What it throws is dropped. */
  readonly onCall?: ((record: ServiceRecord) => void) | undefined;
  /** Most calls of one plugin at a time. */
  readonly callsAtOnce: number;
  /** How soon one call may follow another; those that come sooner wait. @default as soon as they come */
  readonly pace?: Pace | undefined;
  /** How long a call may take that says nothing of its own, in milliseconds. */
  readonly timeoutMs: number;
}

/** The one way from a plugin to the services of its host. */
export class ServiceGate {
  readonly meter: ServiceMeter = new ServiceMeter();
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** The methods that exist for the plugin, by its services: data for its guest. */
  describe(): readonly (readonly [service: string, methods: readonly string[]])[] {
    return [...this.#options.granted].map(([name, methods]) => [name, [...methods.keys()]]);
  }

  /**
   * Calls a method with arguments that nobody else holds.
   *
   * @param signal fires when nobody waits for what comes of it
   * @throws PluginError `ERR_PLUGIN_PERMISSION`, `ERR_PLUGIN_BUSY`, `ERR_PLUGIN_ARGUMENT`, `ERR_PLUGIN_TIMEOUT`,
   * `ERR_PLUGIN_ABORTED`, `ERR_PLUGIN_SERVICE`; ServiceError of the service's
   */
  async call(service: string, method: string, args: readonly unknown[], signal: AbortSignal): Promise<unknown> {
    const granted = this.#options.granted.get(service)?.get(method);
    const began = performance.now();
    this.meter.began();
    try {
      this.#assertRoom();
      await this.#options.pace?.turn(began);
      if (granted === undefined) throw this.#denied(`There is no ${shown(service)}.${shown(method)}() for this plugin`);
      const value = await this.#serve(granted, { service, method, args }, signal);
      this.#tell(granted, service, method, "done", began);
      return value;
    } catch (error) {
      this.#tell(granted, service, method, isDenial(error) ? "denied" : "failed", began, error);
      throw this.#forPlugin(error, service, method);
    } finally {
      this.meter.ended();
    }
  }

  async #serve(granted: ServiceMethod, asked: Omit<ServiceRequest, "plugin">, signal: AbortSignal): Promise<unknown> {
    const { timeoutMs, plugin } = this.#options;
    assertModest(asked.args, plugin.id);
    return settleWithin(
      async (stop) => {
        await this.#assertAllowed(asked);
        const args =
          granted instanceof PlainMethod ? asked.args : await validateArguments(granted, asked.args, plugin.id);
        stop.throwIfAborted();
        const call: ServiceCall = { plugin, signal: stop };
        const answer = await granted.run(call, ...args);
        assertData(answer);
        return answer;
      },
      {
        timeoutMs: granted.timeoutMs ?? timeoutMs,
        signal,
        plugin: plugin.id,
        what: `${asked.service}.${asked.method}()`,
      },
    );
  }

  #assertRoom(): void {
    const { callsAtOnce, plugin } = this.#options;
    if (this.meter.underWay <= callsAtOnce) return;
    const message = `More than ${callsAtOnce} calls of services are under way`;
    throw new PluginError("ERR_PLUGIN_BUSY", message, { plugin: plugin.id });
  }

  async #assertAllowed(asked: Omit<ServiceRequest, "plugin">): Promise<void> {
    const { check, plugin } = this.#options;
    if (check === undefined) return;
    let decision: unknown;
    try {
      decision = await check({ ...asked, args: structuredClone(asked.args), plugin });
    } catch (cause) {
      throw this.#denied("The host's check has failed", cause);
    }
    if (decision === true) return;
    const { allow, reason } = Object(decision) as Partial<PermissionDecision>;
    if (allow === true) return;
    throw this.#denied(typeof reason === "string" ? reason : "The host does not allow it");
  }

  #denied(message: string, cause?: unknown): PluginError {
    return new PluginError("ERR_PLUGIN_PERMISSION", message, { plugin: this.#options.plugin.id, cause });
  }

  /** What the plugin gets: nothing of the host's but what is meant for it. */
  #forPlugin(error: unknown, service: string, method: string): Error {
    if (error instanceof ServiceError || error instanceof PluginError) return error;
    return new PluginError("ERR_PLUGIN_SERVICE", `The service "${service}.${method}" has failed`, { cause: error });
  }

  #tell(
    granted: ServiceMethod | undefined,
    service: string,
    method: string,
    outcome: ServiceOutcome,
    began: number,
    error?: unknown,
  ): void {
    const ms = performance.now() - began;
    this.meter.count(granted === undefined ? undefined : `${service}.${method}`, outcome, ms);
    const { onCall, plugin } = this.#options;
    try {
      onCall?.({ plugin: plugin.id, service: shown(service), method: shown(method), outcome, ms, error });
    } catch {
      // Whoever listens has no part in the call.
    }
  }
}

/** A name that a plugin has made up is told within bounds, and never as it is. */
function shown(name: string): string {
  return /^\w{1,64}$/.test(name) ? name : quoted(name, 64);
}

function isDenial(error: unknown): boolean {
  return error instanceof PluginError && error.code === "ERR_PLUGIN_PERMISSION";
}
