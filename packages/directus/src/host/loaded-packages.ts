import { apiModules } from "../api/api-module.ts";
import { settingsModule } from "../api/settings-module.ts";
import { EndpointTable } from "../endpoints/endpoint-table.ts";
import { routeMatcher } from "../endpoints/route-pattern.ts";
import { HookEmitter } from "../hooks/hook-emitter.ts";
import { assertTimes, Schedules } from "../hooks/schedules.ts";
import { type ExtensionDefinition, ExtensionInstance } from "../instance/extension-instance.ts";
import type { Registration } from "../instance/registration.ts";
import { ExtensionError } from "../manifest/extension-error.ts";
import type { ExtensionManifest, PackageManifest } from "../manifest/extension-manifest.ts";
import { OperationTable } from "../operations/operation-table.ts";
import { grantedVariables } from "../own-scopes/env-scope.ts";
import { scopeFunctions } from "../own-scopes/own-scope.ts";
import { requestPolicy } from "../request/asked-request.ts";
import type { HostSettings } from "./host-settings.ts";
import { loadWarnings } from "./load-warnings.ts";
import { rationedLogger } from "./rationed-logger.ts";
import type { ExtensionPackage } from "./read-package.ts";

/** A package that is loaded: one extension, or those of a bundle. */
interface Loaded {
  readonly manifest: PackageManifest;
  readonly instances: readonly ExtensionInstance[];
}

/** An extension that has started, and is not registered yet. */
interface Started {
  readonly instance: ExtensionInstance;
  readonly registrations: readonly Registration[];
}

/** Something that extensions of one type are registered with. */
interface Registry {
  set(instance: ExtensionInstance, registrations: readonly Registration[]): void;
  delete(instance: ExtensionInstance): void;
}

/** The packages that a host has loaded, and what they have registered. Of one name one thing is asked at a time. */
export class LoadedPackages {
  readonly hooks: HookEmitter;
  readonly operations: OperationTable = new OperationTable();
  readonly endpoints: EndpointTable = new EndpointTable();
  readonly #schedules: Schedules;
  readonly #settings: HostSettings;
  /** By their names. */
  readonly #loaded: Map<string, Loaded> = new Map();
  #isDisposed = false;

  constructor(settings: HostSettings) {
    this.#settings = settings;
    this.hooks = new HookEmitter(settings.logger, settings.hasHookDetails);
    this.#schedules = new Schedules(settings.logger);
  }

  /** In the order in which they were loaded. */
  get manifests(): readonly PackageManifest[] {
    return [...this.#loaded.values()].map(({ manifest }) => manifest);
  }

  /** @throws ExtensionError `ERR_EXTENSION_UNLOADED` where the host is disposed of */
  assertThere(extension?: string): void {
    if (this.#isDisposed) throw disposed(extension);
  }

  /**
   * Loads an extension that has been read, or all of a bundle; what is loaded of the same name goes when they have started.
   *
   * @param beforeRegistering is waited for when they have; where it fails, the package is not loaded
   * @throws ExtensionError
   */
  async load(
    { manifest, code }: Omit<ExtensionPackage, "folder">,
    beforeRegistering: () => Promise<void> = async () => undefined,
  ): Promise<PackageManifest> {
    this.assertThere(manifest.name);
    const { logger, hasBundles, isParted } = this.#settings;
    if (manifest.type === "bundle" && !hasBundles) {
      throw new ExtensionError("ERR_EXTENSION_TYPE", `"${manifest.name}" is a bundle`, {
        extension: manifest.name,
        remedy: 'set the option "bundles" of the host',
      });
    }
    const manifests = manifest.type === "bundle" ? manifest.entries : [manifest];
    for (const warning of loadWarnings(manifest, isParted)) logger.warn(warning, { extension: manifest.name });
    const instances = manifests.map((each) => new ExtensionInstance(this.#definitionOf(each, code)));
    try {
      const started = await Promise.all(instances.map(start));
      await beforeRegistering();
      await this.#replace(manifest, started);
    } catch (error) {
      await Promise.all(instances.map((instance) => instance.dispose()));
      // Its runtime may have gone first, and say so in words of its own.
      throw this.#isDisposed ? disposed(manifest.name) : error;
    }
    return manifest;
  }

  /** At once for whoever calls: what was there answers until what comes does. */
  async #replace(manifest: PackageManifest, started: readonly Started[]): Promise<void> {
    const { name: extension } = manifest;
    this.assertThere(extension);
    const instances = started.map(({ instance }) => instance);
    const endpoints = instances.filter((instance) => instance.manifest.type === "endpoint");
    this.endpoints.assertFree(endpoints, this.#loaded.get(extension)?.instances ?? []);
    const leaving = this.unload(extension);
    for (const { instance, registrations } of started)
      for (const registry of this.#registriesOf(instance.manifest)) registry.set(instance, registrations);
    this.#loaded.set(extension, { manifest, instances });
    await leaving;
  }

  #definitionOf(manifest: ExtensionManifest, code: string): ExtensionDefinition {
    const { limits, matcher, transport, runtime, restsMs, hasLogLevels, registering, scopes } = this.#settings;
    const { hasConsole, hasCodeFromStrings } = this.#settings;
    const { request } = manifest.scopes;
    const policy = request === undefined ? undefined : requestPolicy(request, matcher);
    const logger = rationedLogger(this.#settings.logger);
    const functions = scopeFunctions(scopes, manifest);
    const modules = apiModules({ manifest, policy, transport, logger, functions, hasLogLevels });
    const environment = {
      NODE_ENV: this.#settings.environment,
      ...grantedVariables(manifest, this.#settings.env),
    };
    const accept = assertRegistrable;
    const settings = settingsModule({ manifest, environment, logger, hasConsole, hasCodeFromStrings, hasLogLevels });
    return { manifest, code, modules, limits, runtime, logger, settings, registering, accept, restsMs };
  }

  /** Takes the extensions of a package away; calls that are under way in them fail. */
  async unload(name: string): Promise<void> {
    const loaded = this.#loaded.get(name);
    if (loaded === undefined) return;
    this.#loaded.delete(name);
    for (const instance of loaded.instances)
      for (const registry of this.#registriesOf(instance.manifest)) registry.delete(instance);
    await Promise.all(loaded.instances.map((instance) => instance.dispose()));
  }

  #registriesOf({ type }: ExtensionManifest): readonly Registry[] {
    if (type === "endpoint") return [this.endpoints];
    return type === "hook" ? [this.hooks, this.#schedules] : [this.operations];
  }

  /** From now on nothing is loaded, nor becomes so that is being loaded. */
  close(): void {
    this.#isDisposed = true;
  }

  /** Takes all away, for good. Idempotent. */
  async dispose(): Promise<void> {
    this.close();
    await Promise.all([...this.#loaded.keys()].map((name) => this.unload(name)));
  }
}

function disposed(extension?: string): ExtensionError {
  return new ExtensionError("ERR_EXTENSION_UNLOADED", "The host is disposed of", {
    ...(extension !== undefined && { extension }),
    remedy: "make another",
  });
}

async function start(instance: ExtensionInstance): Promise<Started> {
  return { instance, registrations: await instance.start() };
}

/** Kinds whose keys can be any text. */
const EVENTS: readonly Registration["kind"][] = ["filter", "action", "init", "operation"];

/** Said while it is loaded, to the extension. */
function assertRegistrable({ kind, key }: Registration): void {
  if (kind === "schedule") assertTimes(key);
  else if (!EVENTS.includes(kind)) routeMatcher(key);
}
