import type { PackageDirectory, PackageEntry } from "@vivarium/core";

/** What is known of a directory of packages. */
export class KnownDirectory {
  readonly path: string;
  readonly isGrowing: boolean;
  readonly #told: PackageDirectory;
  /** Made when somebody looks into it: most are never looked into. */
  #entries: Map<string, PackageEntry> | undefined;

  constructor(told: PackageDirectory) {
    this.path = told.path;
    this.isGrowing = told.isGrowing === true;
    this.#told = told;
  }

  get(name: string): PackageEntry | undefined {
    return this.#byName().get(name);
  }

  /** More is known of a name that it has. */
  set(entry: PackageEntry): void {
    this.#byName().set(entry.name, entry);
  }

  entries(): Iterable<PackageEntry> {
    return this.#byName().values();
  }

  /** All of it, for somebody else to know. */
  told(): PackageDirectory {
    const { path, isGrowing } = this;
    return this.#entries === undefined ? this.#told : { path, isGrowing, entries: [...this.#entries.values()] };
  }

  #byName(): Map<string, PackageEntry> {
    this.#entries ??= new Map(this.#told.entries.map((entry) => [entry.name, entry]));
    return this.#entries;
  }
}
