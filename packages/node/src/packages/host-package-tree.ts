import { constants, type Dirent, lstatSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import {
  createFileSystemError,
  type FileStat,
  isInPackages,
  type PackageDirectory,
  type PackageEntry,
  type PackageTree,
} from "@vivarium/core";
import { guestStat, virtualDirectory } from "./guest-stat.ts";
import { isShown } from "./hidden-names.ts";
import { OwnPlace } from "./own-place.ts";
import { storeName } from "./package-folders.ts";
import { PackageLayout, type Place } from "./package-layout.ts";
import { readOwnFile } from "./read-own-file.ts";

/** Entries that are told of at once: to look at so many takes some milliseconds. */
const MOST_ENTRIES = 4_000;

/** A package that has no more than so many files for programs to load, of so many bytes, is told of with its contents. */
const SMALL_FILES = 100;
const SMALL_BYTES = 256 * 1024;

/** Files that programs load; of others nobody wants to know but that they are there. */
const loaded = /(?:\.(?:[cm]?js|json|node|wasm)|^[^.]+)$/;

/** A computation that may pause after each entry. */
type Walk<T> = Generator<undefined, T>;

/** The packages that a program of the host in a directory would find, read-only. */
export class HostPackageTree implements PackageTree {
  readonly roots: readonly string[] = ["node_modules", storeName];
  readonly #layout: PackageLayout;

  constructor(cwd: string) {
    this.#layout = new PackageLayout(cwd);
  }

  directories(path: string): readonly PackageDirectory[] {
    const walk = this.walk(path);
    let step = walk.next();
    while (step.done !== true) step = walk.next();
    return step.value;
  }

  *walk(path: string): Walk<readonly PackageDirectory[]> {
    const found = yield* this.#company(path);
    if (!this.#isSmall(found)) return found;
    const whole: PackageDirectory[] = [];
    for (const directory of found) whole.push(yield* this.#withContents(directory));
    return whole;
  }

  *#company(path: string): Walk<readonly PackageDirectory[]> {
    const found = [yield* this.#directory(path)];
    const isInStore = isStoreEntry(path);
    if (!isInStore && !isPackagePath(path)) return found;
    let entries = found[0]?.entries.length ?? 0;
    // Those that come last are looked into last: a package's own modules lie higher than what it brings along.
    for (const directory of found) {
      for (const entry of directory.entries) {
        const isWanted = entry.name !== "node_modules" || (isInStore && directory.path === path);
        if (entry.type !== "directory" || !isWanted) continue;
        if (entries > MOST_ENTRIES) return found;
        const beneath = yield* this.#directory(`${directory.path}/${entry.name}`);
        entries += beneath.entries.length;
        found.push(beneath);
      }
    }
    return found;
  }

  stat(path: string): FileStat {
    const place = this.#layout.placeOf(path);
    if (place === undefined) return virtualDirectory;
    return guestStat(lstatSync(place.host));
  }

  readFile(path: string): Uint8Array {
    const place = this.#layout.placeOf(path);
    if (place === undefined) throw createFileSystemError("ENOENT");
    return readOwnFile(place.host);
  }

  *#directory(path: string): Walk<PackageDirectory> {
    if (path !== "/" && !isInPackages(this, path)) throw createFileSystemError("ENOENT");
    const place = path === "/" ? undefined : this.#layout.placeOf(path);
    const own = place === undefined ? [] : yield* this.#entriesAt(place);
    const names = new Set(own.map(({ name }) => name));
    const between = place === undefined || isAmongLinks(place) ? this.#between(path) : [];
    const above = [...between, ...(yield* this.#fromAbove(path))].filter(({ name }) => !names.has(name));
    return {
      path,
      entries: [...own, ...above],
      isGrowing: path !== "/" && (place === undefined || isAmongLinks(place)),
    };
  }

  /** Whether what programs load of a package is so little that all of it is read at once. */
  #isSmall(directories: readonly PackageDirectory[]): boolean {
    let files = 0;
    let bytes = 0;
    for (const { entries } of directories) {
      for (const entry of entries) {
        if (entry.type !== "file" || entry.stat === undefined) continue;
        files += 1;
        bytes += entry.stat.size;
      }
    }
    return files <= SMALL_FILES && bytes <= SMALL_BYTES;
  }

  *#withContents(directory: PackageDirectory): Walk<PackageDirectory> {
    const entries: PackageEntry[] = [];
    for (const entry of directory.entries) {
      const isRead = entry.type === "file" && entry.stat !== undefined;
      entries.push(isRead ? { ...entry, content: this.#contentOrNone(`${directory.path}/${entry.name}`) } : entry);
      yield;
    }
    return { ...directory, entries };
  }

  #contentOrNone(path: string): Uint8Array | undefined {
    try {
      return this.readFile(path);
    } catch {
      // Whoever reads it hears why.
      return undefined;
    }
  }

  #between(path: string): readonly PackageEntry[] {
    const names = path === "/" ? this.roots : this.#layout.namesBetween(path);
    return names.map((name) => ({ name, type: "directory", stat: virtualDirectory }));
  }

  *#entriesAt({ folder, host }: Place): Walk<readonly PackageEntry[]> {
    using place = new OwnPlace(host, constants.O_DIRECTORY);
    const entries: PackageEntry[] = [];
    for (const dirent of readdirSync(place.way, { withFileTypes: true })) {
      if (!isShown(basename(host), dirent.name, folder.kind === "package")) continue;
      if (folder.kind === "links" && !isLinkOrScope(dirent)) continue;
      const entry = this.#entry(dirent, { way: join(place.way, dirent.name), host: join(host, dirent.name) });
      if (entry !== undefined) entries.push(entry);
      yield;
    }
    return entries;
  }

  #entry(dirent: Dirent, { way, host }: { readonly way: string; readonly host: string }): PackageEntry | undefined {
    const { name } = dirent;
    if (dirent.isFile()) return { name, type: "file", stat: loaded.test(name) ? guestStat(lstatSync(way)) : undefined };
    if (dirent.isDirectory()) return { name, type: "directory", stat: guestStat(lstatSync(way)) };
    const target = dirent.isSymbolicLink() ? this.#layout.targetOf(host) : undefined;
    if (target === undefined) return undefined;
    return { name, type: "symlink", stat: { ...guestStat(lstatSync(way)), size: target.length }, target };
  }

  /** Packages of the folders above that the nearest has none of that name for, as links. */
  *#fromAbove(path: string): Walk<readonly PackageEntry[]> {
    const within = /^\/node_modules(\/@[^/]+)?$/.exec(path);
    if (within === null) return [];
    const scope = within[1] ?? "";
    const links = new Map<string, PackageEntry>();
    for (const { guest } of this.#layout.folders.slice(1)) {
      for (const { name, type } of yield* this.#entriesOrNone(`${guest}${scope}`)) {
        if (name.startsWith(".") || links.has(name)) continue;
        const target = `${guest}${scope}/${name}`;
        const isScope = scope === "" && name.startsWith("@");
        if (isScope && type === "directory") links.set(name, { name, type, stat: virtualDirectory });
        else links.set(name, { name, type: "symlink", stat: virtualLink(target), target });
      }
    }
    return [...links.values()];
  }

  *#entriesOrNone(path: string): Walk<readonly PackageEntry[]> {
    const place = this.#layout.placeOf(path);
    const isThere = place !== undefined && lstatSync(place.host, { throwIfNoEntry: false })?.isDirectory() === true;
    return isThere ? yield* this.#entriesAt(place) : [];
  }
}

/** Of such a folder is shown what is linked to from elsewhere, and what it links to itself. */
function isAmongLinks({ folder }: Place): boolean {
  return folder.kind === "links";
}

/** Whether a directory is a package, whose files are loaded one after the other, rather than a folder of packages. */
function isPackagePath(path: string): boolean {
  return /\/node_modules\/(?:@[^/]+\/)?[^/@.][^/]*$|^\/\.packages\/(?:[^/]+\/)+[^/]+-[0-9a-f]{8}$/.test(path);
}

/** Whether a directory holds one package, in a `node_modules` of its own with links to those that it needs. */
function isStoreEntry(path: string): boolean {
  return /\/node_modules\/\.(?:pnpm|store)\/[^/]+$/.test(path) && !path.endsWith("/node_modules");
}

function isLinkOrScope(dirent: Dirent): boolean {
  return dirent.isSymbolicLink() || (dirent.isDirectory() && dirent.name.startsWith("@"));
}

function virtualLink(target: string): FileStat {
  return { ...virtualDirectory, type: "symlink", mode: 0o777, nlink: 1, size: target.length };
}
