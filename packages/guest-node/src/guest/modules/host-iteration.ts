import type { GuestCore } from "../guest.ts";
import type { WhenDead } from "../own-registry.ts";
import { setOwn } from "../past-prototypes.ts";
import { type HostLink, type IterationMaker, RESOURCE } from "./host-link.ts";

/** The end of an iteration of the host that is in its guest. */
interface HostIteration {
  readonly next: () => Promise<IteratorResult<unknown>>;
  readonly return: (value?: unknown) => Promise<IteratorResult<unknown>>;
}

const { asyncIterator, asyncDispose } = Symbol;

/** Makes the registry of a guest that calls back when something is dead: see `createOwnRegistry`. */
export type RegistryMaker = <Held>(cleanup: (held: Held) => void) => WhenDead<Held>;

/** Makes ends of iterations, and tells the host of those that nobody can ask for any more. */
export function createIterationMaker(guest: GuestCore, createRegistry: RegistryMaker): IterationMaker {
  const whenDead = createRegistry<number>((number) => {
    guest.calls.request("module.next", [number, true], () => undefined, { ref: false, resource: RESOURCE });
  });
  return (link, label, number) => {
    const iteration = createHostIteration(link, label, number);
    whenDead(iteration, number);
    return iteration;
  };
}

/**
 * An async iterable of the host, by its number: the host makes a value when the guest asks for it. It goes on existing
 * there until it is over, the guest says that it wants no more, or nobody in the guest knows it any longer.
 */
function createHostIteration(link: HostLink, label: string, number: number): HostIteration {
  let isOver = false;
  const ask = (isReturn: boolean, value: unknown): Promise<IteratorResult<unknown>> =>
    new Promise((resolve, reject) => {
      if (isOver) {
        resolve({ done: true, value });
        return;
      }
      if (isReturn) isOver = true;
      link.guest.calls.request(
        "module.next",
        [number, isReturn],
        (result, reason) => {
          try {
            const answer = link.receive(label, result, reason);
            isOver ||= answer.kind === "done";
            const given = "value" in answer ? answer.value : undefined;
            resolve({ done: isOver, value: isReturn ? value : given });
          } catch (error) {
            isOver = true;
            reject(error);
          }
        },
        { resource: RESOURCE },
      );
    });
  const iteration = {
    next: () => ask(false, undefined),
    return: (value?: unknown) => ask(true, value),
  };
  setOwn(iteration, asyncIterator, function (this: unknown) {
    return this;
  });
  setOwn(iteration, asyncDispose, () => ask(true, undefined));
  return iteration;
}
