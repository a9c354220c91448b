import type { NativeHelper } from "../native/native-helper.ts";
import type { EventLoop } from "./event-loop.ts";
import { ArrayPrototypePush } from "./past-prototypes.ts";
import { ReflectApply, ReflectConstruct } from "./primordial.ts";
import { replaceConstructor } from "./stand-ins.ts";

/** What finalization registries find dead, until the event loop comes to it. */
export interface Finalizers {
  /** Puts a constructor in the stead of a context's own, with the same prototype and instances. */
  adopt(global: typeof globalThis): void;
  /** From here on, registries are the program's. */
  begin(): void;
  /** Whether V8 may have found dead objects since it was last asked, and wants to say so. */
  wantsTurn(): boolean;
}

interface Dead {
  readonly cleanup: (held: unknown) => unknown;
  readonly held: unknown;
}

/**
 * V8 tells of dead objects in a task of its own, which isolated-vm runs on a thread of its own and within no deadline.
 * There, a registry only notes what it is to say; the program's callback is the event loop's to call, as Node's is.
 */
export function createFinalizers(native: NativeHelper, loop: EventLoop): Finalizers {
  let dead: Dead[] = [];
  let mayFind = false;

  function note(cleanup: Dead["cleanup"], held: unknown): void {
    if (dead.length === 0) loop.task(tell);
    ArrayPrototypePush(dead, { cleanup, held });
  }

  function tell(): void {
    const told = dead;
    dead = [];
    let index = 0;
    const goOn = (): void => {
      try {
        while (index < told.length) {
          const { cleanup, held } = told[index++] as Dead;
          ReflectApply(cleanup, undefined, [held]);
        }
      } finally {
        // What a callback that throws leaves behind is for the next task.
        if (index < told.length) loop.task(goOn);
      }
    };
    goOn();
  }

  return {
    adopt(global) {
      const Original = global.FinalizationRegistry;
      const construct = (newTarget: Function | undefined, cleanup: unknown): object => {
        if (newTarget === undefined) throw new TypeError("Constructor FinalizationRegistry requires 'new'");
        const notes =
          typeof cleanup === "function" ? (held: unknown) => note(cleanup as Dead["cleanup"], held) : cleanup;
        const registry = ReflectConstruct(Original, [notes], newTarget) as object;
        mayFind = true;
        return registry;
      };
      replaceConstructor(native.util, global, "FinalizationRegistry", construct);
    },
    begin() {
      mayFind = false;
    },
    wantsTurn: () => mayFind && native.heap.takeCollected(),
  };
}
