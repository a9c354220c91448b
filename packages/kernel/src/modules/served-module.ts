import { types } from "node:util";
import { encodeInert, isSourceModule, type SourceListing, type SourceModule, VivariumError } from "@vivarium/core";
import { type GivenModule, pathOf } from "./given-modules.ts";
import { type ModuleShape, shapeOf } from "./module-shape.ts";

/** A module of one guest. */
export interface ServedModule extends ModuleShape {
  readonly name: string;
}

/** What a number means that no module has. */
export const NO_MODULE: Pick<ServedModule, "name" | "functions"> = { name: "", functions: [] };

/** Bytes of the code of a module. */
const MOST_BYTES = 64 * 1024 * 1024;

/** @throws VivariumError `ERR_INVALID_MODULE` for a constant that is no data, or code that is too long */
export function servedModule({ name, module, imports }: GivenModule): ServedModule {
  if (!isSourceModule(module)) return { name, ...shapeOf(name, module) };
  return { name, functions: [], listing: encodeSource(name, module, imports) };
}

function encodeSource(name: string, module: SourceModule, imports: ReadonlyMap<string, number>): Uint8Array {
  const listing: SourceListing = { source: module.source, filePath: pathOf(name, module), imports };
  const result = encodeInert(listing, { predicates: types, limitBytes: MOST_BYTES, name, leavesStacks: true });
  if (result.kind === "encoded") return result.bytes;
  throw new VivariumError("ERR_INVALID_MODULE", { problem: `its code cannot be handed over: ${result.message}` });
}
