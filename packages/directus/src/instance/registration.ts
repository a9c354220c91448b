import { defineModule, type GuestFunction, guestFunction, type HostModules, hostFunction } from "vivarium";
import * as z from "zod";
import type { ExtensionManifest } from "../manifest/extension-manifest.ts";
import { segmentSchema } from "../manifest/manifest-schema.ts";

/** What an extension can register. */
export const registrationKinds = [
  "get",
  "post",
  "put",
  "patch",
  "delete",
  "filter",
  "action",
  "init",
  "schedule",
  "operation",
] as const;

export type RegistrationKind = (typeof registrationKinds)[number];

/** Something that an extension handles. */
export interface Registration {
  readonly kind: RegistrationKind;
  /** The path of a route, the event of a hook, the times of a schedule as cron has them, or the id of an operation. */
  readonly key: string;
}

/** Characters of a key: the host keeps it, and reads it for each event. */
const LONGEST_KEY = 1000;
/** Parameters and stars in the routes of one extension: each is looked for in the path of each request. */
const MOST_WILDCARDS = 1000;
/** Each is a timer of the host's. */
const MOST_SCHEDULES = 100;

/** A handler in one life of an extension. */
export type Handler = GuestFunction<(argument: unknown, details?: unknown) => unknown>;

/** What a host has beyond Directus that is about registering. */
export interface RegistrarOptions {
  /** Whether hooks can register `init` and `schedule`. */
  readonly hasMoreHooks: boolean;
  /** Whether an operation may be a function that makes its configuration. */
  readonly hasLegacyOperations: boolean;
}

const kindsOfType: Readonly<Record<ExtensionManifest["type"], readonly RegistrationKind[]>> = {
  endpoint: ["get", "post", "put", "patch", "delete"],
  hook: ["filter", "action", "init", "schedule"],
  operation: ["operation"],
};

/** Collects what an extension registers while it is loaded; later nothing more. */
export class Registrar {
  readonly registrations: Registration[] = [];
  readonly handlers: Handler[] = [];
  readonly #manifest: ExtensionManifest;
  readonly #options: RegistrarOptions;
  readonly #accept: (registration: Registration) => void;
  #mount: string | undefined;
  #isOpen = true;
  #wildcards = 0;
  #schedules = 0;

  /**
   * @param accept throws for what cannot be registered: the extension gets it
   */
  constructor(manifest: ExtensionManifest, options: RegistrarOptions, accept: (registration: Registration) => void) {
    this.#manifest = manifest;
    this.#options = options;
    this.#accept = accept;
  }

  /** Beneath which name its routes are. */
  get mount(): string {
    return this.#mount ?? this.#manifest.entry?.name ?? this.#manifest.name;
  }

  /** What the program imports that sets the extension to work. */
  modules(): HostModules {
    const register = hostFunction({
      parameters: [
        z.enum(registrationKinds),
        z.string().max(LONGEST_KEY),
        guestFunction<(argument: unknown, details?: unknown) => unknown>(),
      ],
      isSync: true,
      run: (_call, kind, key, handler) => this.#register({ kind, key }, handler),
    });
    const mount = hostFunction({
      parameters: [segmentSchema],
      isSync: true,
      run: (_call, id) => this.#mountAt(id),
    });
    const { type, entry } = this.#manifest;
    const { hasMoreHooks, hasLegacyOperations } = this.#options;
    const told = { type, entry: entry?.name, hasMoreHooks, hasLegacyOperations };
    return { "directus:registrar": defineModule({ ...told, register, mount }) };
  }

  close(): void {
    this.#isOpen = false;
  }

  #mountAt(id: string): void {
    if (!this.#isOpen || this.#manifest.type !== "endpoint" || this.#mount !== undefined)
      throw new TypeError("This has no other id");
    this.#mount = id;
  }

  #register(registration: Registration, handler: Handler): void {
    if (!this.#isOpen) throw new Error("It is too late to register anything");
    const { kind } = registration;
    const isMore = kind === "init" || kind === "schedule";
    if (!kindsOfType[this.#manifest.type].includes(kind) || (isMore && !this.#options.hasMoreHooks))
      throw new TypeError("This cannot be registered here");
    this.#count(registration);
    this.#accept(registration);
    this.registrations.push(registration);
    this.handlers.push(handler);
  }

  /** What is refused counts, too: it has taken time. */
  #count({ kind, key }: Registration): void {
    if (kind === "schedule") this.#schedules += 1;
    if (this.#schedules > MOST_SCHEDULES) throw new RangeError(`There are more than ${MOST_SCHEDULES} schedules`);
    if (this.#manifest.type === "endpoint") this.#wildcards += key.match(/[:*]/g)?.length ?? 0;
    if (this.#wildcards > MOST_WILDCARDS)
      throw new RangeError(`The routes have more than ${MOST_WILDCARDS} parameters and stars`);
  }
}
