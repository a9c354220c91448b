import type { SourceListing } from "@vivarium/core";
import type { HostModules } from "../modules/host-modules.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { ArrayPrototypeJoin, MapPrototypeForEach, MapPrototypeGet } from "../primordial.ts";
import { moduleNotFound } from "./module-errors.ts";

/**
 * The number of the module of the host that a name means for whoever imports it: for a source module what it was given,
 * for anybody else what the program was given.
 *
 * @returns undefined where the program is given none of that name
 * @throws for a source module that was not given it
 */
export function providedModule(modules: HostModules, specifier: string, referrer: string): number | undefined {
  const source = modules.sourceAt(referrer);
  if (source === undefined) return modules.numberOf(specifier);
  const number = MapPrototypeGet(source.imports, specifier);
  if (number === undefined) throw moduleNotFound(specifier, referrer, importsOf(source));
  return number;
}

function importsOf({ imports }: SourceListing): string {
  const names: string[] = [];
  MapPrototypeForEach(imports, (_number, name) => ArrayPrototypePush(names, name));
  return names.length === 0
    ? "a source module imports what the host has given it, which is nothing"
    : `a source module imports what the host has given it: ${ArrayPrototypeJoin(names, ", ")}`;
}
