import type { PackageTree } from "@vivarium/core";
import { WireError } from "../channel/protocol.ts";
import type { WireReader } from "../channel/wire-reader.ts";
import type { WireWriter } from "../channel/wire-writer.ts";

/** What a cell is told of the packages that a guest may read. */
export interface CellPackages {
  /** The same for runs that have the same packages. */
  readonly id: number;
  /** As {@link PackageTree.roots} has them. */
  readonly roots: readonly string[];
  /** Of the code cache that the host has for this cell; 0: it keeps none. */
  readonly codeVersion: number;
}

/** More than any tree has. */
const MOST_ROOTS = 100;

const ids: WeakMap<PackageTree, number> = new WeakMap();
let lastId = 0;

/** What a cell is told of a tree of packages. */
export function cellPackagesOf(tree: PackageTree | undefined, codeVersion = 0): CellPackages | undefined {
  if (tree === undefined) return undefined;
  const known = ids.get(tree);
  if (known === undefined) lastId += 1;
  const id = known ?? lastId;
  ids.set(tree, id);
  return { id, roots: tree.roots, codeVersion };
}

export function writeCellPackages(writer: WireWriter, packages: CellPackages | undefined): void {
  writer.u32(packages?.id ?? 0);
  if (packages === undefined) return;
  writer.u32(packages.codeVersion);
  writer.u32(packages.roots.length);
  for (const root of packages.roots) writer.string(root);
}

export function readCellPackages(reader: WireReader): CellPackages | undefined {
  const id = reader.u32();
  if (id === 0) return undefined;
  const codeVersion = reader.u32();
  const count = reader.u32();
  if (count > MOST_ROOTS) throw new WireError("Packages lie in too many directories");
  return { id, roots: Array.from({ length: count }, () => reader.string()), codeVersion };
}
