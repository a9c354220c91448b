import type { Guest } from "../guest.ts";
import {
  MapPrototypeDelete,
  MapPrototypeGet,
  MapPrototypeSet,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "../primordial.ts";

/** The children of each guest that are alive: the host's number for each, by the one that the guest knows it by. */
const childrenOf = new WeakMap<Guest, Map<number, number>>();

/** Remembers a child until it is over; answers what forgets it. */
export function rememberChild(guest: Guest, pid: number, child: number): () => void {
  const known = WeakMapPrototypeGet(childrenOf, guest);
  const children = known ?? new Map<number, number>();
  if (known === undefined) WeakMapPrototypeSet(childrenOf, guest, children);
  MapPrototypeSet(children, pid, child);
  return () => {
    MapPrototypeDelete(children, pid);
  };
}

/** The host's number of a child. */
export function findChild(guest: Guest, pid: number): number | undefined {
  const children = WeakMapPrototypeGet(childrenOf, guest);
  return children === undefined ? undefined : MapPrototypeGet(children, pid);
}
