import { createHash } from "node:crypto";
import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { isShown } from "./hidden-names.ts";
import { findPackageFolders, isOwnFile, type PackageFolder, type ShownFolder, storeName } from "./package-folders.ts";

/** Where a path of the guest lies in the host. */
export interface Place {
  readonly folder: ShownFolder;
  readonly host: string;
}

/** Which paths of the host are which of the guest's: folders of packages, and what links in them lead to. */
export class PackageLayout {
  readonly folders: readonly PackageFolder[];
  readonly #cwd: string;
  readonly #shown: ShownFolder[];
  readonly #byGuest: Map<string, ShownFolder> = new Map();

  constructor(cwd: string) {
    this.#cwd = realpathSync(cwd);
    this.folders = findPackageFolders(this.#cwd);
    this.#shown = [];
    for (const folder of this.folders) this.#show(folder);
  }

  /** Folders that are in the guest's directory `path`, which no folder is around. */
  namesBetween(path: string): readonly string[] {
    const names = new Set<string>();
    for (const { guest } of this.#shown) {
      if (guest.startsWith(`${path === "/" ? "" : path}/`)) {
        const rest = guest.slice(path === "/" ? 1 : path.length + 1);
        names.add(rest.split("/")[0] ?? "");
      }
    }
    return [...names];
  }

  /** Undefined where guests see nothing. */
  placeOf(path: string): Place | undefined {
    for (let at = path; at !== "/"; at = dirname(at)) {
      const folder = this.#byGuest.get(at);
      if (folder !== undefined) return { folder, host: join(folder.host, path.slice(at.length)) };
    }
    return undefined;
  }

  /** What a link of the host leads to, as the guest knows it; undefined where that is not for guests. */
  targetOf(link: string): string | undefined {
    let target: string;
    try {
      target = realpathSync.native(link);
    } catch {
      return undefined;
    }
    return this.#pathOf(target) ?? this.#adopt(target);
  }

  #pathOf(host: string): string | undefined {
    let found: ShownFolder | undefined;
    for (const folder of this.#shown) {
      const isAround = host === folder.host || host.startsWith(`${folder.host}/`);
      if (isAround && (found === undefined || folder.host.length > found.host.length)) found = folder;
    }
    if (found === undefined) return undefined;
    const names = relative(found.host, host).split("/").filter(Boolean);
    const isLinked = found.kind === "package";
    const above = [basename(found.host), ...names];
    if (!names.every((name, index) => isShown(above[index] ?? "", name, isLinked))) return undefined;
    if (found.kind === "links" && names.length > 0) return this.#adopt(host);
    return [found.guest, ...names].join("/");
  }

  /** Shows a package that a link leads to. */
  #adopt(host: string): string | undefined {
    if (!isPackage(host) || this.#isAroundHost(host)) return undefined;
    const modules = modulesAround(host);
    if (modules !== undefined) return this.#adoptAmongLinks(host, modules);
    const owner = this.folders.find((folder) => host.startsWith(`${folder.owner}/`));
    const label = labelOf(host, owner?.owner ?? "/");
    return this.#show({ kind: "package", host, guest: `${owner?.siblings ?? outside}/${label}` });
  }

  /** In a folder of its own are, by links, the packages that it needs (a store of pnpm's): these are shown with it. */
  #adoptAmongLinks(host: string, modules: string): string {
    const around = `${outside}/${labelOf(modules, "/")}/node_modules`;
    if (!this.#byGuest.has(around)) this.#show({ kind: "links", host: modules, guest: around });
    return this.#show({ kind: "package", host, guest: `${around}/${relative(modules, host)}` });
  }

  /** The embedder's own program is no package of its. */
  #isAroundHost(host: string): boolean {
    return this.#cwd === host || this.#cwd.startsWith(host === "/" ? host : `${host}/`);
  }

  #show(folder: ShownFolder): string {
    this.#shown.push(folder);
    this.#byGuest.set(folder.guest, folder);
    return folder.guest;
  }
}

/** Where packages are shown that no folder above the working directory is above. */
const outside = `/${storeName}/x`;

function isPackage(host: string): boolean {
  return lstatSync(host).isDirectory() && isOwnFile(join(host, "package.json"));
}

/** The `node_modules` that a package is right in. */
function modulesAround(host: string): string | undefined {
  const above = dirname(host);
  const modules = basename(above).startsWith("@") ? dirname(above) : above;
  return basename(modules) === "node_modules" ? modules : undefined;
}

/** Tells packages apart without telling where they are; the same wherever the project lies. */
function labelOf(host: string, owner: string): string {
  const hash = createHash("sha256").update(relative(owner, host)).digest("hex").slice(0, 8);
  return `${basename(host)}-${hash}`;
}
