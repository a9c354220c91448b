import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { ExtensionError } from "../manifest/extension-error.ts";
import type { PackageManifest } from "../manifest/extension-manifest.ts";
import type { ExtensionLogger } from "./extension-logger.ts";
import { findPackages, isFolder } from "./find-packages.ts";
import { inOrder } from "./in-order.ts";
import type { LoadedPackages } from "./loaded-packages.ts";
import type { ExtensionPackage } from "./read-package.ts";
import type { Turns } from "./turns.ts";
import { type FolderWatch, watchFolder } from "./watch-folder.ts";

/** What became of one folder. */
export type LoadReport =
  | { readonly kind: "loaded"; readonly folder: string; readonly manifest: PackageManifest }
  | { readonly kind: "failed"; readonly folder: string; readonly error: unknown };

/** What the folders of a host are loaded with. */
export interface FolderContext {
  readonly packages: LoadedPackages;
  /** Of the packages, by their names. */
  readonly turns: Turns;
  readonly logger: ExtensionLogger;
  readonly mustLoad: boolean;
  /** @throws ExtensionError (by rejection) */
  read(folder: string): Promise<ExtensionPackage>;
}

type Wait = () => Promise<void>;

const notAtAll: Wait = async () => undefined;

/** Packages that come from folders: which one has come from where, and those folders that are watched. */
export class ExtensionFolders {
  readonly #context: FolderContext;
  /** By the names of the packages that were loaded from them. */
  readonly #folders: Map<string, string> = new Map();
  readonly #watches: Set<FolderWatch> = new Set();
  /** One after the other: so packages take their turns in the order in which they were asked for. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(context: FolderContext) {
    this.#context = context;
  }

  /** Loads what is in the folders of a folder, some at a time; they are registered, and told of, in their order. */
  async loadAll(folder: string): Promise<readonly LoadReport[]> {
    const { packages, mustLoad } = this.#context;
    packages.assertThere();
    return inOrder(await findPackages(folder), availableParallelism(), (path, turn) =>
      this.#report(path, mustLoad, turn),
    );
  }

  async #report(folder: string, mustLoad: boolean, turn: Wait = notAtAll): Promise<LoadReport> {
    try {
      const found = await this.#read(folder);
      return { kind: "loaded", folder, manifest: await this.#loadFound(found, true, turn) };
    } catch (error) {
      await turn();
      if (mustLoad) throw error;
      const extension = error instanceof ExtensionError ? (error.extension ?? folder) : folder;
      this.#context.logger.warn(`Couldn't register "${extension}"`, { extension, error });
      return { kind: "failed", folder, error };
    }
  }

  /** Loads the extension in a folder, also in the place of one of another folder. */
  async load(folder: string): Promise<PackageManifest> {
    return this.#loadFound(await this.#read(folder), false);
  }

  #read(folder: string): Promise<ExtensionPackage> {
    const found = this.#reading.then(() => this.#context.read(resolve(folder)));
    this.#reading = found.catch(() => undefined);
    return found;
  }

  /**
   * @param isAlone whether one that another folder has loaded stays
   * @param turn is waited for before it is registered
   */
  #loadFound(found: ExtensionPackage, isAlone: boolean, turn?: Wait): Promise<PackageManifest> {
    const { name: extension } = found.manifest;
    const { packages, turns, logger } = this.#context;
    return turns.take(extension, async () => {
      const other = this.#folders.get(extension);
      const isTaken = other !== undefined && other !== found.folder;
      if (isTaken && isAlone) await assertGone(other, extension);
      const manifest = await packages.load(found, turn);
      this.#folders.set(extension, found.folder);
      if (isTaken) {
        logger.warn(`"${extension}" of another folder takes the place of the one that was loaded`, { extension });
      }
      return manifest;
    });
  }

  /** A package of this name is no folder's any more. */
  forget(name: string): void {
    this.#folders.delete(name);
  }

  /** Keeps what is loaded as a folder has it. */
  async watch(folder: string): Promise<FolderWatch> {
    const { packages, logger } = this.#context;
    packages.assertThere();
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
      packages.assertThere();
      loaded.resolve();
      return own;
    } catch (error) {
      loaded.reject(error);
      await close();
      throw error;
    }
  }

  async #follow(folder: string): Promise<void> {
    const report = (await isFolder(folder)) ? await this.#report(folder, false) : undefined;
    if (report?.kind === "failed") return;
    // It is gone, or is called otherwise now.
    const names = [...this.#folders].filter(([, other]) => other === folder).map(([name]) => name);
    for (const name of names) if (name !== report?.manifest.name) await this.#leave(folder, name);
  }

  #leave(folder: string, name: string): Promise<void> {
    const { packages, turns } = this.#context;
    return turns.take(name, async () => {
      // Meanwhile it may have come from elsewhere.
      if (this.#folders.get(name) !== folder) return;
      this.forget(name);
      await packages.unload(name);
    });
  }

  /** Nothing is watched any more. */
  async close(): Promise<void> {
    await Promise.all([...this.#watches].map((watched) => watched.close()));
  }
}

/** Of those that a folder holds none takes the place of another by calling itself as that. */
async function assertGone(folder: string, extension: string): Promise<void> {
  if (!(await isFolder(folder))) return;
  throw new ExtensionError("ERR_EXTENSION_MANIFEST", `There is a package "${extension}" in another folder`, {
    extension,
    field: "name",
    remedy: "remove one of them",
  });
}
