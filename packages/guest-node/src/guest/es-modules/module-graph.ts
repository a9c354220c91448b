import type { NativeHelper } from "../../native/native-helper.ts";
import type { NativeModule } from "../../native/native-module-wrap.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet } from "../primordial.ts";
import type { ModulePlace, ModuleTaker, ResolveModule } from "./module-place.ts";
import { walkGraph } from "./walk-graph.ts";

/** A module that somebody has asked for. */
export interface KnownModule {
  /** What it is resolved to, and its name as an importer. */
  readonly key: string;
  /** Its record, once that is there. */
  module: NativeModule | undefined;
  /** What it imports, in order, once that has been resolved. */
  imports: KnownModule[] | undefined;
  isLinked: boolean;
  /** Who waits for its record. */
  waiting: ModuleTaker[];
}

/** The modules of one guest, each of which is there once. */
export interface ModuleGraph {
  /** Makes a module known whose record is there: the program's. */
  hold(key: string, module: NativeModule): void;
  /** Finds, links and instantiates all that a module needs, then hands over its record; at once where nothing has to be waited for. */
  load(place: ModulePlace, taker: ModuleTaker): void;
}

/** Node's own loaders do without: it is for guests that see nothing of Node. */
export function createModuleGraph({ moduleWrap }: NativeHelper, resolve: ResolveModule): ModuleGraph {
  const modules = new Map<string, KnownModule>();
  const remember = (key: string, module?: NativeModule): KnownModule => {
    const known: KnownModule = { key, module, imports: undefined, isLinked: false, waiting: [] };
    MapPrototypeSet(modules, key, known);
    return known;
  };

  const open = (place: ModulePlace): KnownModule => {
    const known = MapPrototypeGet(modules, place.key);
    if (known !== undefined) return known;
    const opened = remember(place.key);
    place.open({
      made(module) {
        opened.module = module;
        const waiting = takeWaiting(opened);
        for (let index = 0; index < waiting.length; index++) waiting[index]?.made(module);
      },
      failed(error) {
        // It may be there when it is asked for again.
        MapPrototypeDelete(modules, place.key);
        const waiting = takeWaiting(opened);
        for (let index = 0; index < waiting.length; index++) waiting[index]?.failed(error);
      },
    });
    return opened;
  };

  const importsOf = (known: KnownModule, module: NativeModule): KnownModule[] => {
    if (known.imports !== undefined) return known.imports;
    const requests = moduleWrap.getModuleRequests(module);
    const imports: KnownModule[] = [];
    for (let index = 0; index < requests.length; index++) {
      const request = requests[index];
      if (request === undefined) continue;
      ArrayPrototypePush(imports, open(resolve(request.specifier, known.key, request.attributes)));
    }
    known.imports = imports;
    return imports;
  };

  return {
    hold: remember,
    load(place, taker) {
      walkGraph({ root: () => open(place), importsOf, moduleWrap }, taker);
    },
  };
}

function takeWaiting(known: KnownModule): ModuleTaker[] {
  const { waiting } = known;
  known.waiting = [];
  return waiting;
}
