import { createNodeRuntimeDriverFactory, type RuntimeDriverFactory } from "vivarium";
import type { CellKind } from "./host-messages.ts";

const factories = new Map<CellKind, RuntimeDriverFactory>();

/** One for all programs of a host: cells that wait ready are there for the next. */
export function factoryFor(cells: CellKind): RuntimeDriverFactory {
  const known = factories.get(cells);
  if (known !== undefined) return known;
  const factory = createNodeRuntimeDriverFactory({ cells, maxCells: 1, waitingCells: 1 });
  factories.set(cells, factory);
  return factory;
}
