import { resolve } from "node:path";
import { apiModules } from "../api/api-module.ts";
import { settingsModule } from "../api/settings-module.ts";
import { EndpointTable } from "../endpoints/endpoint-table.ts";
import { type ExpressMiddleware, fromExpress, writeAnswer } from "../endpoints/express-router.ts";
import { fromRequest, toResponse } from "../endpoints/fetch-handler.ts";
import { routeMatcher } from "../endpoints/route-pattern.ts";
import { type Caller, serveEndpoint } from "../endpoints/serve-endpoint.ts";
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
import { findPackages, isFolder } from "./find-packages.ts";
import type { CallerRequest, DirectusExtensionsOptions } from "./host-options.ts";
import { type HostSettings, readHostOptions } from "./host-settings.ts";
import { loadWarnings } from "./load-warnings.ts";
import { rationedLogger } from "./rationed-logger.ts";
import { type ExtensionPackage, readPackage } from "./read-package.ts";
import { type FolderWatch, watchFolder } from "./watch-folder.ts";

/** What became of one folder. */
export type LoadReport =
  | { readonly kind: "loaded"; readonly folder: string; readonly manifest: PackageManifest }
  | { readonly kind: "failed"; readonly folder: string; readonly error: unknown };

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

/** Sandboxed extensions of Directus in a host of your own. */
export class DirectusExtensions implements AsyncDisposable {
  /** What happens in the host, for extensions to hear of. */
  readonly hooks: HookEmitter;
  /** The operations of extensions, to be run by their ids. */
  readonly operations: OperationTable = new OperationTable();
  readonly #endpoints: EndpointTable = new EndpointTable();
  readonly #schedules: Schedules;
  readonly #settings: HostSettings;
  /** By the names of their packages. */
  readonly #loaded: Map<string, Loaded> = new Map();
  /** Names of extensions by the folders from which they were loaded. */
  readonly #folders: Map<string, string> = new Map();
  readonly #watches: Set<FolderWatch> = new Set();
  #isDisposed = false;

  /** @throws ExtensionError `ERR_EXTENSION_OPTION` */
  constructor(options: DirectusExtensionsOptions = {}) {
    this.#settings = readHostOptions(options);
    this.hooks = new HookEmitter(this.#settings.logger, this.#settings.hasHookDetails);
    this.#schedules = new Schedules(this.#settings.logger);
  }

  /** The manifests of the packages that are loaded, in the order in which they were. */
  get extensions(): readonly PackageManifest[] {
    return [...this.#loaded.values()].map(({ manifest }) => manifest);
  }

  /** Names of the scopes that this host has beyond those of Directus: for {@link readManifest}. */
  get ownScopes(): readonly string[] {
    const { scopes, env } = this.#settings;
    return [...Object.keys(scopes), ...(env === undefined ? [] : ["env"])];
  }

  /**
   * Loads every extension in the folders of a folder. What cannot be loaded is logged, and the others are, unless the
   * option `mustLoad` says otherwise.
   *
   * @throws ExtensionError of the first that cannot be loaded, with `mustLoad`; `ERR_EXTENSION_UNLOADED` once the host is
   * disposed of; an error of the system's for a folder that cannot be read
   */
  async loadAll(folder: string): Promise<readonly LoadReport[]> {
    this.#assertThere();
    const reports: LoadReport[] = [];
    for (const path of await findPackages(folder)) reports.push(await this.#report(path, this.#settings.mustLoad));
    return reports;
  }

  async #report(folder: string, mustLoad: boolean): Promise<LoadReport> {
    try {
      const found = await this.#read(folder);
      await this.#assertOnlyOne(found);
      return { kind: "loaded", folder, manifest: await this.#loadFound(found) };
    } catch (error) {
      if (mustLoad) throw error;
      const extension = error instanceof ExtensionError ? (error.extension ?? folder) : folder;
      this.#settings.logger.warn(`Couldn't register "${extension}"`, { extension, error });
      return { kind: "failed", folder, error };
    }
  }

  /**
   * Loads the extension in a folder; one of the same name goes when it is there.
   *
   * @throws ExtensionError
   */
  async load(folder: string): Promise<PackageManifest> {
    return this.#loadFound(await this.#read(folder));
  }

  #read(folder: string): Promise<ExtensionPackage> {
    return readPackage(resolve(folder), this.ownScopes, this.#settings.hasBundles);
  }

  async #loadFound(found: ExtensionPackage): Promise<PackageManifest> {
    const others = this.#foldersOf(found.manifest.name).filter((folder) => folder !== found.folder);
    const manifest = await this.loadPackage(found);
    const { name: extension } = manifest;
    if (others.length > 0) {
      const message = `"${extension}" of another folder takes the place of the one that was loaded`;
      this.#settings.logger.warn(message, { extension });
    }
    this.#folders.set(found.folder, manifest.name);
    return manifest;
  }

  #foldersOf(name: string): readonly string[] {
    return [...this.#folders].filter(([, other]) => other === name).map(([folder]) => folder);
  }

  /** Of those that a folder holds none takes the place of another by calling itself as that. */
  async #assertOnlyOne({ folder, manifest: { name: extension } }: ExtensionPackage): Promise<void> {
    for (const other of this.#foldersOf(extension)) {
      if (other === folder || !(await isFolder(other))) continue;
      throw new ExtensionError("ERR_EXTENSION_MANIFEST", `There is a package "${extension}" in another folder`, {
        extension,
        field: "name",
        remedy: "remove one of them",
      });
    }
  }

  /**
   * Keeps what is loaded as a folder has it: loads what is there, loads anew what changes, and unloads what goes. What cannot
   * be loaded is logged, and stays as it was.
   *
   * @throws as {@link loadAll} does
   */
  async watch(folder: string): Promise<FolderWatch> {
    this.#assertThere();
    const { logger } = this.#settings;
    const loaded = Promise.withResolvers<void>();
    loaded.promise.catch(() => undefined);
    // What changes while all is loaded is told of, and then followed.
    const watched = await watchFolder(
      folder,
      (changed) => loaded.promise.then(() => this.#follow(changed)),
      (error) => logger.warn("A folder of extensions cannot be watched as a whole", { extension: folder, error }),
    );
    const close = async (): Promise<void> => {
      this.#watches.delete(own);
      await watched.close();
    };
    const own: FolderWatch = { close, [Symbol.asyncDispose]: close };
    this.#watches.add(own);
    try {
      await this.loadAll(folder);
      this.#assertThere();
      loaded.resolve();
      return own;
    } catch (error) {
      loaded.reject(error);
      await close();
      throw error;
    }
  }

  async #follow(folder: string): Promise<void> {
    const name = this.#folders.get(folder);
    if (await isFolder(folder)) {
      const report = await this.#report(folder, false);
      // It is called otherwise now.
      if (report.kind === "loaded" && name !== undefined && name !== report.manifest.name) await this.unload(name);
      return;
    }
    this.#folders.delete(folder);
    if (name !== undefined) await this.unload(name);
  }

  /**
   * Loads an extension that has been read, or all of a bundle; what is loaded of the same name goes when they have started.
   *
   * @throws ExtensionError
   */
  async loadPackage({ manifest, code }: Omit<ExtensionPackage, "folder">): Promise<PackageManifest> {
    this.#assertThere(manifest.name);
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
      await this.#replace(manifest, await Promise.all(instances.map(start)));
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
    this.#assertThere(extension);
    const instances = started.map(({ instance }) => instance);
    const endpoints = instances.filter((instance) => instance.manifest.type === "endpoint");
    this.#endpoints.assertFree(endpoints, this.#loaded.get(extension)?.instances ?? []);
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
    for (const folder of this.#foldersOf(name)) this.#folders.delete(folder);
    for (const instance of loaded.instances)
      for (const registry of this.#registriesOf(instance.manifest)) registry.delete(instance);
    await Promise.all(loaded.instances.map((instance) => instance.dispose()));
  }

  #registriesOf({ type }: ExtensionManifest): readonly Registry[] {
    if (type === "endpoint") return [this.#endpoints];
    return type === "hook" ? [this.hooks, this.#schedules] : [this.operations];
  }

  /**
   * Answers a request to an endpoint.
   *
   * @param isPrivileged whether its sender may know why something has failed
   * @returns undefined where no extension serves it
   */
  async fetch(
    request: Request,
    { isPrivileged = false }: { readonly isPrivileged?: boolean } = {},
  ): Promise<Response | undefined> {
    const answer = await serveEndpoint(
      this.#endpoints,
      fromRequest(request, this.#caller(request, isPrivileged), this.#settings.limits.maxRequestBytes),
      this.#settings.logger,
      this.#settings.answers,
    );
    return answer === undefined ? undefined : toResponse(answer, request.method);
  }

  /**
   * The endpoints for `app.use()` of Express; what no extension serves goes on to the next.
   *
   * @param isPrivileged whether the sender of a request may know why something has failed
   */
  router(isPrivileged: (request: Parameters<ExpressMiddleware>[0]) => boolean = () => false): ExpressMiddleware {
    const { logger, answers, limits } = this.#settings;
    return (request, response, next) => {
      const asked = fromExpress(request, this.#caller(request, isPrivileged(request)), limits.maxRequestBytes);
      serveEndpoint(this.#endpoints, asked, logger, answers)
        .then((answer) => (answer === undefined ? next() : writeAnswer(response, answer)))
        .catch(next);
    };
  }

  #caller(request: CallerRequest, isPrivileged: boolean): Caller {
    return { isPrivileged, user: () => this.#settings.requestUser(request) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #assertThere(extension?: string): void {
    if (this.#isDisposed) throw disposed(extension);
  }

  /** Ends all extensions, and all that is watched, for good. Idempotent. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await Promise.all([...this.#watches].map((watched) => watched.close()));
    await Promise.all([...this.#loaded.keys()].map((name) => this.unload(name)));
    await this.#settings.dispose();
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
