import type { NativeHelper } from "../../native/native-helper.ts";
import type { NativeModule, NativeModuleWrap } from "../../native/native-module-wrap.ts";
import type { HostModules } from "../modules/host-modules.ts";
import { type Pending, PromisePrototypeThen, pendingPromise } from "../past-prototypes.ts";
import { coded } from "./module-errors.ts";
import type { ModuleGraph } from "./module-graph.ts";
import type { ResolveModule } from "./module-place.ts";

/** What serves imports. */
export interface ImportServer {
  readonly graph: ModuleGraph;
  readonly resolve: ResolveModule;
  readonly modules: HostModules;
  /** The name of the program, for code that has none. */
  readonly entry: () => string;
}

/**
 * Serves every `import()` of a guest from its graph, whoever asks: a module, a script, or code that was made of a string.
 * Source modules have none, as they have none where Node's own loaders serve it.
 */
export function serveImports(
  { moduleWrap }: Pick<NativeHelper, "moduleWrap">,
  { graph, resolve, modules, entry }: ImportServer,
): void {
  moduleWrap.setImportModuleDynamicallyCallback((_symbol, specifier, phase, attributes, referrer) => {
    if (phase !== moduleWrap.kEvaluationPhase) throw new SyntaxError("Source phase imports are not supported");
    const from = typeof referrer === "string" ? referrer : entry();
    const imported = pendingPromise<unknown>();
    try {
      if (modules.sourceAt(from) !== undefined) throw noImport();
      graph.load(resolve(specifier, from, attributes), {
        made: (module) => evaluate(moduleWrap, module, imported),
        failed: imported.reject,
      });
    } catch (error) {
      imported.reject(error);
    }
    return imported.promise;
  });
}

/** As Node says it of code that it has compiled for itself. */
function noImport(): Error {
  const message = "A source module has no import()";
  return coded(() => new TypeError(message), "ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING");
}

function evaluate(moduleWrap: NativeModuleWrap, module: NativeModule, { resolve, reject }: Pending<unknown>): void {
  try {
    const namespace = (): void => resolve(moduleWrap.getNamespace(module));
    PromisePrototypeThen(moduleWrap.evaluate(module), namespace, reject);
  } catch (error) {
    reject(error);
  }
}
