import { loadGuestParts, presentHelpers } from "@vivarium/guest-node";
import { Library } from "@vivarium/kernel";
import { encodeProvisions } from "../channel/provisions.ts";

/**
 * What a cell under Node's permission model gets on its standard input: some megabytes.
 * @throws {VivariumError} `ERR_UNSUPPORTED_PLATFORM` when this Node does not tell its internals
 */
export function makeProvisions(): Buffer {
  const library = new Library();
  const sources: Record<string, string> = Object.create(null);
  for (const id of library.ids()) sources[id] = library.source(id) ?? "";
  return encodeProvisions({ helpers: [...presentHelpers()], parts: loadGuestParts(), sources });
}

let shared: Buffer | undefined;

/** Those of {@link makeProvisions}, made when a cell first wants them, for all cells of this process. */
export function sharedProvisions(): Buffer {
  shared ??= makeProvisions();
  return shared;
}
