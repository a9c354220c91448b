import type { NativeModule, NativeModuleWrap } from "../../native/native-module-wrap.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { SetPrototypeAdd, SetPrototypeHas } from "../primordial.ts";
import type { KnownModule } from "./module-graph.ts";
import type { ModuleTaker } from "./module-place.ts";

interface Walk {
  readonly root: () => KnownModule;
  readonly importsOf: (known: KnownModule, module: NativeModule) => KnownModule[];
  readonly moduleWrap: NativeModuleWrap;
}

/** Visits all that a module needs, waits for what is not there yet, links and instantiates it; answers the taker once. */
export function walkGraph({ root, importsOf, moduleWrap }: Walk, taker: ModuleTaker): void {
  const seen = new Set<KnownModule>();
  const found: KnownModule[] = [];
  let visited = 0;
  let awaited = 0;
  let isOver = false;
  let first: KnownModule | undefined;

  const fail = (error: unknown): void => {
    if (isOver) return;
    isOver = true;
    taker.failed(error);
  };
  const attempt = (work: () => void): void => {
    if (isOver) return;
    try {
      work();
    } catch (error) {
      fail(error);
      return;
    }
    const module = awaited === 0 ? first?.module : undefined;
    if (module === undefined) return;
    isOver = true;
    taker.made(module);
  };
  const meet = (known: KnownModule): void => {
    if (SetPrototypeHas(seen, known)) return;
    SetPrototypeAdd(seen, known);
    if (known.module !== undefined) {
      ArrayPrototypePush(found, known);
      return;
    }
    awaited += 1;
    ArrayPrototypePush(known.waiting, {
      made() {
        awaited -= 1;
        ArrayPrototypePush(found, known);
        attempt(goOn);
      },
      failed: fail,
    });
  };
  // In a loop: how deep modules import each other is a program's affair.
  const goOn = (): void => {
    while (visited < found.length) {
      const known = found[visited++];
      if (known?.module === undefined) continue;
      const imports = importsOf(known, known.module);
      for (let index = 0; index < imports.length; index++) meet(imports[index] as KnownModule);
    }
    if (awaited > 0 || first?.module === undefined) return;
    for (let index = 0; index < found.length; index++) link(found[index] as KnownModule, moduleWrap);
    moduleWrap.instantiate(first.module);
  };
  attempt(() => {
    first = root();
    meet(first);
    goOn();
  });
}

function link(known: KnownModule, moduleWrap: NativeModuleWrap): void {
  const { module, imports } = known;
  if (known.isLinked || module === undefined || imports === undefined) return;
  const linked: NativeModule[] = [];
  for (let index = 0; index < imports.length; index++)
    ArrayPrototypePush(linked, imports[index]?.module as NativeModule);
  moduleWrap.link(module, linked);
  known.isLinked = true;
}
