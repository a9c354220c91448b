import { type ExpressMiddleware, fromExpress, writeAnswer } from "../endpoints/express-router.ts";
import { fromRequest, toResponse } from "../endpoints/fetch-handler.ts";
import { type Caller, serveEndpoint } from "../endpoints/serve-endpoint.ts";
import type { HookEmitter } from "../hooks/hook-emitter.ts";
import type { PackageManifest } from "../manifest/extension-manifest.ts";
import type { OperationTable } from "../operations/operation-table.ts";
import { ExtensionFolders, type LoadReport } from "./extension-folders.ts";
import type { CallerRequest, DirectusExtensionsOptions } from "./host-options.ts";
import { type HostSettings, readHostOptions } from "./host-settings.ts";
import { LoadedPackages } from "./loaded-packages.ts";
import { type ExtensionPackage, readPackage } from "./read-package.ts";
import { Turns } from "./turns.ts";
import type { FolderWatch } from "./watch-folder.ts";

/** Sandboxed extensions of Directus in a host of your own. */
export class DirectusExtensions implements AsyncDisposable {
  readonly #settings: HostSettings;
  readonly #packages: LoadedPackages;
  readonly #folders: ExtensionFolders;
  /** Of what is to be done with the packages, by their names. */
  readonly #turns: Turns = new Turns();

  /** @throws ExtensionError `ERR_EXTENSION_OPTION` */
  constructor(options: DirectusExtensionsOptions = {}) {
    const settings = readHostOptions(options);
    const { logger, mustLoad, hasBundles } = settings;
    const packages = new LoadedPackages(settings);
    this.#settings = settings;
    this.#packages = packages;
    this.#folders = new ExtensionFolders({
      packages,
      turns: this.#turns,
      logger,
      mustLoad,
      read: (folder) => readPackage(folder, this.ownScopes, hasBundles),
    });
  }

  /** What happens in the host, for extensions to hear of. */
  get hooks(): HookEmitter {
    return this.#packages.hooks;
  }

  /** The operations of extensions, to be run by their ids. */
  get operations(): OperationTable {
    return this.#packages.operations;
  }

  /** The manifests of the packages that are loaded, in the order in which they were. */
  get extensions(): readonly PackageManifest[] {
    return this.#packages.manifests;
  }

  /** Names of the scopes that this host has beyond those of Directus: for {@link readManifest}. */
  get ownScopes(): readonly string[] {
    const { scopes, env } = this.#settings;
    return [...Object.keys(scopes), ...(env === undefined ? [] : ["env"])];
  }

  /**
   * Loads every extension in the folders of a folder, as many at a time as there are processors; they are registered, and
   * told of, in the order of the folders' names. What cannot be loaded is logged, and the others are, unless the option
   * `mustLoad` says otherwise: then those before it stay, and none after it is loaded.
   *
   * @throws ExtensionError of the first that cannot be loaded, with `mustLoad`; `ERR_EXTENSION_UNLOADED` once the host is
   * disposed of; an error of the system's for a folder that cannot be read
   */
  async loadAll(folder: string): Promise<readonly LoadReport[]> {
    return this.#folders.loadAll(folder);
  }

  /**
   * Loads the extension in a folder; one of the same name goes when it is there. Of one package all that is asked for is
   * done one after the other, in the order in which it was asked for.
   *
   * @throws ExtensionError
   */
  async load(folder: string): Promise<PackageManifest> {
    return this.#folders.load(folder);
  }

  /**
   * Keeps what is loaded as a folder has it: loads what is there, loads anew what changes, and unloads what goes. What cannot
   * be loaded is logged, and stays as it was.
   *
   * @throws as {@link loadAll} does
   */
  async watch(folder: string): Promise<FolderWatch> {
    return this.#folders.watch(folder);
  }

  /**
   * Loads an extension that has been read, or all of a bundle; what is loaded of the same name goes when they have started.
   *
   * @throws ExtensionError
   */
  async loadPackage(found: Omit<ExtensionPackage, "folder">): Promise<PackageManifest> {
    const { name } = found.manifest;
    return this.#turns.take(name, async () => {
      const manifest = await this.#packages.load(found);
      this.#folders.forget(name);
      return manifest;
    });
  }

  /**
   * Takes the extensions of a package away; calls that are under way in them fail. One that is being loaded goes when it has
   * been.
   */
  async unload(name: string): Promise<void> {
    return this.#turns.take(name, async () => {
      this.#folders.forget(name);
      await this.#packages.unload(name);
    });
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
      this.#packages.endpoints,
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
      serveEndpoint(this.#packages.endpoints, asked, logger, answers)
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

  /** Ends all extensions, and all that is watched, for good. Idempotent. */
  async dispose(): Promise<void> {
    this.#packages.close();
    await this.#folders.close();
    await this.#packages.dispose();
    await this.#settings.dispose();
  }
}
