import { rememberBirthPlace } from "../fatal-place.ts";
import type { Binding, Guest } from "../guest.ts";
import { packageModuleCode } from "../package-code.ts";
import { ArrayPrototypePush, ObjectDefineProperty } from "../past-prototypes.ts";
import { FunctionPrototypeBind, WeakMapPrototypeGet, WeakMapPrototypeSet } from "../primordial.ts";
import { unimplementedFunction } from "../unimplemented.ts";

type ImportMetaCallback = (symbol: symbol, meta: object, wrap: object) => void;

interface Registry {
  readonly handleOf: WeakMap<object, object>;
  readonly wrapOf: WeakMap<object, object>;
}

/** Module records, behind the class that Node's ES module loader works with. */
export function moduleWrapBinding(guest: Guest): Binding {
  const { moduleWrap } = guest.native;
  const registry: Registry = { handleOf: new WeakMap(), wrapOf: new WeakMap() };
  return {
    __proto__: null,
    ModuleWrap: createModuleWrap(guest, registry),
    kUninstantiated: moduleWrap.kUninstantiated,
    kInstantiating: moduleWrap.kInstantiating,
    kInstantiated: moduleWrap.kInstantiated,
    kEvaluating: moduleWrap.kEvaluating,
    kEvaluated: moduleWrap.kEvaluated,
    kErrored: moduleWrap.kErrored,
    kSourcePhase: moduleWrap.kSourcePhase,
    kEvaluationPhase: moduleWrap.kEvaluationPhase,
    setImportModuleDynamicallyCallback: moduleWrap.setImportModuleDynamicallyCallback,
    setInitializeImportMetaObjectCallback(callback: ImportMetaCallback) {
      moduleWrap.setInitializeImportMetaObjectCallback((symbol: symbol, meta: object, handle: object) => {
        const wrap = WeakMapPrototypeGet(registry.wrapOf, handle);
        if (wrap !== undefined) callback(symbol, meta, wrap);
      });
    },
    createRequiredModuleFacade: (wrap: object) => moduleWrap.createRequiredModuleFacade(handleOf(registry, wrap)),
    throwIfPromiseRejected: moduleWrap.throwIfPromiseRejected,
  };
}

function handleOf(registry: Registry, wrap: object): object {
  const handle = WeakMapPrototypeGet(registry.handleOf, wrap);
  if (handle === undefined) throw new TypeError("Illegal invocation");
  return handle;
}

type SourceText = [
  url: string,
  context: object | undefined,
  source: string,
  line: number,
  column: number,
  option: symbol | ArrayBufferView | undefined,
];
type Synthetic = [
  url: string,
  context: object | undefined,
  names: string[],
  steps: (wrap: object) => void,
  cjs?: object,
];

function createModuleWrap(guest: Guest, registry: Registry): unknown {
  const { moduleWrap } = guest.native;
  const optionSymbol = guest.privateSymbols["host_defined_option_symbol"] as symbol;
  const importedSymbol = guest.symbols["imported_cjs_symbol"] as symbol;
  const handle = (wrap: object) => handleOf(registry, wrap);

  class ModuleWrap {
    #requests: readonly object[] | undefined;

    constructor(...args: SourceText | Synthetic) {
      const own = (name: PropertyKey, value: unknown) => {
        ObjectDefineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      };
      const source = args[2];
      own("url", args[0]);
      if (typeof source === "string") {
        const made = moduleWrap.createSourceTextModule(
          args[0],
          args[1],
          source,
          args[3] as number,
          args[4] as number,
          args[5] as SourceText[5],
          packageModuleCode(guest, args[0]),
        );
        this.#adopt(made);
        own("sourceMapURL", made.sourceMapURL);
        own("sourceURL", made.sourceURL);
        own("hasTopLevelAwait", made.hasTopLevelAwait);
        if (made.cachedDataRejected === true && isCachedData(args[5])) throw cacheRejected(guest);
      } else {
        const steps = FunctionPrototypeBind(args[3] as (wrap: object) => void, this, this) as () => void;
        this.#adopt(moduleWrap.createSyntheticModule(args[0], args[1], source, steps));
        own("synthetic", true);
        if (args.length > 4 && args[4] !== undefined) own(importedSymbol, args[4]);
      }
    }

    #adopt(made: { readonly handle: object; readonly hostSymbol: symbol }): void {
      WeakMapPrototypeSet(registry.handleOf, this, made.handle);
      WeakMapPrototypeSet(registry.wrapOf, made.handle, this);
      (this as Record<symbol, unknown>)[optionSymbol] = made.hostSymbol;
    }

    link(wraps: readonly object[]): void {
      const handles: object[] = [];
      for (let index = 0; index < wraps.length; index++) ArrayPrototypePush(handles, handle(wraps[index] as object));
      moduleWrap.link(handle(this), handles);
    }

    getModuleRequests(): readonly object[] {
      this.#requests ??= moduleWrap.getModuleRequests(handle(this));
      return this.#requests;
    }

    evaluate(timeout: number, breakOnSigint: boolean): Promise<unknown> {
      return moduleWrap.evaluate(handle(this), timeout, breakOnSigint);
    }

    evaluateSync(): unknown {
      try {
        return moduleWrap.evaluateSync(handle(this));
      } catch (error) {
        // The loader catches the error of a required module and throws it again.
        rememberBirthPlace(guest, error);
        throw error;
      }
    }

    createCachedData(): Uint8Array {
      return guest.toBuffer(moduleWrap.createCachedData(handle(this)) ?? new Uint8Array(0));
    }

    get hasAsyncGraph(): boolean {
      return moduleWrap.isGraphAsync(handle(this));
    }
  }
  addForwarders(guest, ModuleWrap.prototype, handle);
  return ModuleWrap;
}

/** Methods that hand their arguments on to the helper, behind the module's handle. */
const FORWARDED = [
  "instantiate",
  "setExport",
  "getNamespace",
  "getStatus",
  "getError",
  "isGraphAsync",
  "getStalledTopLevelAwaits",
] as const;

function addForwarders(guest: Guest, prototype: object, handle: (wrap: object) => object): void {
  const define = (name: string, value: unknown): void => {
    ObjectDefineProperty(prototype, name, { value, writable: true, configurable: true });
  };
  for (let index = 0; index < FORWARDED.length; index++) {
    const name = FORWARDED[index];
    if (name === undefined) continue;
    const method = guest.native.moduleWrap[name] as (module: object, first: unknown, second: unknown) => unknown;
    define(name, function (this: object, first: unknown, second: unknown) {
      return method(handle(this), first, second);
    });
  }
  define("setModuleSourceObject", unimplementedFunction("module_wrap", "ModuleWrap.setModuleSourceObject"));
  define("getModuleSourceObject", unimplementedFunction("module_wrap", "ModuleWrap.getModuleSourceObject"));
}

/** Given by a program, which is to hear of its rejection: what a host has of a package is no more than an offer. */
function isCachedData(option: unknown): boolean {
  return option !== undefined && typeof option !== "symbol";
}

function cacheRejected(guest: Guest): Error {
  return guest.errors.coded("Error", "ERR_VM_MODULE_CACHED_DATA_REJECTED", "cachedData buffer was rejected");
}
