import { defineModule, type GuestFunction, guestFunction, type HostModule, hostFunction } from "vivarium";
import * as z from "zod";
import { PluginError } from "../errors/plugin-error.ts";
import { matchesEvent } from "../manifest/matches-event.ts";
import type { PluginManifest } from "../manifest/plugin-manifest.ts";
import type { ServiceGate } from "../services/service-gate.ts";

/** `on`: it is told of an event; `filter`: what it answers takes the place of what it was told. */
export const handlerKinds = ["on", "filter"] as const;
export type HandlerKind = (typeof handlerKinds)[number];

/** A handler in one life of a plugin. */
export interface Registration {
  readonly kind: HandlerKind;
  /** An event, or with `.*` at its end all that begin so. */
  readonly event: string;
  readonly handler: GuestFunction;
}

/** As manifests spell it. */
const EVENT = /^(?=.{1,100}$)[a-z\d]+(?:[-_][a-z\d]+)*(?:\.[a-z\d]+(?:[-_][a-z\d]+)*)*$/;
/** For each event the host looks at all of them. */
const MOST_REGISTRATIONS = 64;

/** Whether something can be the name of an event: lower-case words between dots, like `article.created`. */
export function isEventName(event: unknown): event is string {
  return typeof event === "string" && EVENT.test(event);
}

/** Collects what a plugin wants to hear while it is activated; later nothing more. */
export class Registrar {
  readonly registrations: Registration[] = [];
  readonly #manifest: PluginManifest;
  #isOpen = true;
  #denied = 0;

  constructor(manifest: PluginManifest) {
    this.#manifest = manifest;
  }

  /** Registrations that its manifest does not grant. */
  get denied(): number {
    return this.#denied;
  }

  /** What the program imports that activates the plugin. */
  module(gate: ServiceGate): HostModule {
    const { id, version, permissions } = this.#manifest;
    const register = hostFunction({
      parameters: [z.enum(handlerKinds), z.string(), guestFunction()],
      isSync: true,
      run: (_call, kind, event, handler) => this.#register({ kind, event, handler }),
    });
    return defineModule({ id, version, granted: gate.describe(), hears: permissions.hooks.length > 0, register });
  }

  close(): void {
    this.#isOpen = false;
  }

  #register(registration: Registration): void {
    const { event } = registration;
    const { id: plugin, permissions } = this.#manifest;
    if (!this.#isOpen)
      throw new PluginError("ERR_PLUGIN_STATE", "Handlers are registered while it is activated", { plugin });
    if (!isEventName(event.replace(/\.\*$/, "")))
      throw new PluginError("ERR_PLUGIN_ARGUMENT", "This is no name of an event", { plugin });
    if (!matchesEvent(permissions.hooks, event)) {
      this.#denied += 1;
      throw new PluginError("ERR_PLUGIN_PERMISSION", `Its manifest has no hook for "${event}"`, { plugin });
    }
    if (this.registrations.length >= MOST_REGISTRATIONS)
      throw new PluginError("ERR_PLUGIN_BUSY", `It can have ${MOST_REGISTRATIONS} handlers`, { plugin });
    this.registrations.push(registration);
  }
}
