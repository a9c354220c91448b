import type { FileType } from "@vivarium/core";
import { childOf } from "./guest-path.ts";
import { lookFor } from "./look-for.ts";
import { isReserved, type Layers } from "./overlay-layers.ts";
import { type Steps, wait } from "./steps.ts";

/** What guests have done to one path of an overlay's base. */
export interface OverlayChange {
  readonly path: string;
  /** A file that was opened to be written, or whose mode or times were set, is changed whatever it holds. */
  readonly kind: "added" | "changed" | "removed";
  /** What is there now; of what was removed, what was there. */
  readonly type: FileType;
}

/** How an overlay differs from its base, in the order of the paths. Of a directory that is gone nothing beneath it is told. */
export function* listChanges(layers: Layers): Steps<readonly OverlayChange[]> {
  const changes: OverlayChange[] = [];
  yield* compare(layers, "/", changes);
  return changes.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Compares a directory that both filesystems have. */
function* compare(layers: Layers, path: string, changes: OverlayChange[]): Steps<void> {
  const { upper, lower, marks } = layers;
  const above = yield* wait(upper.readDirWithTypes(path));
  for (const { name, type } of above) {
    const child = childOf(path, name);
    if (isReserved(child)) continue;
    const beneath = yield* lookFor(lower, child);
    if (type !== "directory" || beneath?.type !== "directory") {
      changes.push({ path: child, kind: beneath === undefined ? "added" : "changed", type });
      if (type === "directory") yield* addAll(layers, child, changes);
      continue;
    }
    const { mode } = yield* wait(upper.lstat(child));
    if (mode !== (beneath.mode & 0o1777)) changes.push({ path: child, kind: "changed", type });
    yield* compare(layers, child, changes);
  }
  if (!marks.touches(path)) return;
  const names = new Set(above.map(({ name }) => name));
  for (const { name, type } of yield* wait(lower.readDirWithTypes(path))) {
    const child = childOf(path, name);
    if (!names.has(name) && marks.isDead(child)) changes.push({ path: child, kind: "removed", type });
  }
}

/** Everything in a directory that the base has not. */
function* addAll({ upper }: Pick<Layers, "upper">, path: string, changes: OverlayChange[]): Steps<void> {
  for (const { name, type } of yield* wait(upper.readDirWithTypes(path))) {
    const child = childOf(path, name);
    changes.push({ path: child, kind: "added", type });
    if (type === "directory") yield* addAll({ upper }, child, changes);
  }
}
