import { type HostPort, type OnDiagnostic, ReadPackages } from "@vivarium/kernel";
import type { CellProgram } from "../channel/host-message.ts";
import { PackagePort } from "../packages/package-port.ts";

/** Sets of packages that a cell remembers: one that has runs of many runtimes has as many to do with. */
const MOST_KEPT = 8;

/** What a cell has learnt of the packages of its host, from one run to the next. */
export class LearntPackages {
  readonly #known: Map<number, ReadPackages> = new Map();

  /** Those that a program may read; undefined where it may read none. */
  of({ packages }: CellProgram): ReadPackages | undefined {
    if (packages === undefined) return undefined;
    const { id, roots, codeVersion } = packages;
    const known = this.#known.get(id) ?? this.#add(id, new ReadPackages(roots));
    known.codeVersion = codeVersion;
    return known;
  }

  #add(id: number, made: ReadPackages): ReadPackages {
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    this.#known.set(id, made);
    return made;
  }
}

/** What serves a run's calls on packages, before `next` serves the rest. */
export function openPackages(
  packages: ReadPackages,
  program: CellProgram,
  {
    host,
    next,
    onDiagnostic,
  }: { readonly host: HostPort; readonly next: HostPort; readonly onDiagnostic: OnDiagnostic },
): PackagePort {
  return new PackagePort({ program, packages, host, next, onDiagnostic });
}
