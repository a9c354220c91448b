import type { NativeHelper } from "../../native/native-helper.ts";
import type { NativeModule, NativeModuleWrap } from "../../native/native-module-wrap.ts";
import { type Pending, PromisePrototypeThen, pendingPromise } from "../past-prototypes.ts";
import type { ModuleGraph } from "./module-graph.ts";
import type { ResolveModule } from "./module-place.ts";

/**
 * Serves every `import()` of a guest from its graph, whoever asks: a module, a script, or code that was made of a string.
 *
 * @param entry the name of the program, for whoever has none
 */
export function serveImports(
  { moduleWrap }: Pick<NativeHelper, "moduleWrap">,
  graph: ModuleGraph,
  resolve: ResolveModule,
  entry: () => string,
): void {
  moduleWrap.setImportModuleDynamicallyCallback((_symbol, specifier, phase, attributes, referrer) => {
    if (phase !== moduleWrap.kEvaluationPhase) throw new SyntaxError("Source phase imports are not supported");
    const from = typeof referrer === "string" ? referrer : entry();
    const imported = pendingPromise<unknown>();
    try {
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

function evaluate(moduleWrap: NativeModuleWrap, module: NativeModule, { resolve, reject }: Pending<unknown>): void {
  try {
    const namespace = (): void => resolve(moduleWrap.getNamespace(module));
    PromisePrototypeThen(moduleWrap.evaluate(module), namespace, reject);
  } catch (error) {
    reject(error);
  }
}
