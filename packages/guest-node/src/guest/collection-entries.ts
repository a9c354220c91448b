import type { Guest } from "./guest.ts";
import { ReflectApply } from "./primordial.ts";

type Observe = (name: string, type: string, startTime: number, duration: number, details: object) => void;

/** What the library is told of collections of the heap, between two turns, while somebody observes them. */
export interface CollectionEntries {
  readonly setupObservers: (observe: Observe) => void;
  readonly installGarbageCollectionTracking: () => void;
  readonly removeGarbageCollectionTracking: () => void;
}

const MOST_FIGURES = 1_024;
const FIGURES_OF_ONE = 4;

/** @param now the guest's clock: where it stands still, collections take no time */
export function createCollectionEntries({ native, loop, calls }: Guest, now: () => number): CollectionEntries {
  let observe: Observe | undefined;
  let figures: Float64Array | undefined;

  function tell(): void {
    if (figures === undefined) return;
    const count = native.heap.takeCollections(figures) ?? 0;
    if (count === 0) return;
    const at = now();
    const speed = calls.sync("clock.isFrozen") === 1 ? 0 : 1;
    for (let index = 0; index < count; index++) {
      const figure = (offset: number): number => figures?.[index * FIGURES_OF_ONE + offset] ?? 0;
      const details = { kind: figure(2), flags: figure(3) };
      const entry = ["gc", "gc", at - speed * figure(0), speed * figure(1), details];
      loop.task(() => {
        if (observe !== undefined) ReflectApply(observe, undefined, entry);
      });
    }
  }

  return {
    setupObservers(given) {
      observe = given;
    },
    installGarbageCollectionTracking() {
      figures ??= new Float64Array(MOST_FIGURES);
      native.heap.watchCollections(true);
      loop.onTurnEnd = tell;
    },
    removeGarbageCollectionTracking() {
      native.heap.watchCollections(false);
      loop.onTurnEnd = undefined;
    },
  };
}
