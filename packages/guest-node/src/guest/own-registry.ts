import type { Guest } from "./guest.ts";
import { uncurryThis } from "./primordial.ts";

const register = uncurryThis(
  FinalizationRegistry.prototype.register as (this: object, target: object, held: unknown) => void,
);

/** Has `cleanup` called with what was told beside an object, once that object is dead. */
export type WhenDead<Held> = (target: object, held: Held) => void;

/**
 * A registry of ours, made when it is first needed. It is what a program would get: its callbacks are the event loop's
 * to call, within the guest's deadlines. V8's own, which the bundle has captured, has them called within none.
 */
export function createOwnRegistry<Held>(guest: Guest, cleanup: (held: Held) => void): WhenDead<Held> {
  return registryOf(() => guest.primordials["FinalizationRegistry"] as typeof FinalizationRegistry<Held>, cleanup);
}

/** The same, with the registry that a program would get. */
export function registryOf<Held>(
  find: () => typeof FinalizationRegistry<Held>,
  cleanup: (held: Held) => void,
): WhenDead<Held> {
  let registry: object | undefined;
  return (target, held) => {
    const Registry = find();
    registry ??= new Registry(cleanup);
    register(registry, target, held);
  };
}
