import type { Binding, Guest } from "../guest.ts";
import { measureMemory } from "../measure-memory.ts";
import { packageCode } from "../package-code.ts";
import { ObjectDefineProperty } from "../past-prototypes.ts";
import { ReflectApply } from "../primordial.ts";
import { SigintWatch } from "../sigint-watch.ts";

interface ScriptState {
  readonly script: object;
}

/** Scripts, functions and contexts for `node:vm` and the CommonJS loader. */
export function contextifyBinding(guest: Guest): Binding {
  const { contextify } = guest.native;
  const sigint = new SigintWatch(guest);
  let hasContexts = false;
  const internal = guest.symbols["vm_dynamic_import_default_internal"] as symbol;
  return {
    __proto__: null,
    ContextifyScript: createContextifyScript(guest),
    constants: guest.tables.bindings["contextify"]?.values["constants"],
    compileFunction: contextify.compileFunction,
    compileFunctionForCJSLoader: (code: string, filename: string, isSeaMain: boolean, detect: boolean) =>
      contextify.compileFunctionForCJSLoader(
        code,
        filename,
        isSeaMain,
        detect,
        internal,
        packageCode(guest, filename, false),
      ),
    containsModuleSyntax: contextify.containsModuleSyntax,
    makeContext(...given: readonly unknown[]) {
      hasContexts = true;
      return ReflectApply(contextify.makeContext, undefined, given) as unknown;
    },
    measureMemory: (mode: number) => measureMemory(guest, mode, hasContexts),
    startSigintWatchdog: () => sigint.start(),
    stopSigintWatchdog: () => sigint.stop(),
    watchdogHasPendingSigint: () => sigint.isPending(),
  };
}

function createContextifyScript(guest: Guest): unknown {
  const { contextify } = guest.native;
  const hostDefinedOption = guest.privateSymbols["host_defined_option_symbol"] as symbol;

  return class ContextifyScript {
    readonly #state: ScriptState;

    constructor(
      code: string,
      filename: string,
      lineOffset = 0,
      columnOffset = 0,
      cachedData: ArrayBufferView | undefined = undefined,
      produceCachedData = false,
      parsingContext: object | undefined = undefined,
      hostSymbol: symbol = guest.symbols["vm_dynamic_import_no_callback"] as symbol,
    ) {
      const compiled = contextify.compileScript(
        code,
        filename,
        lineOffset,
        columnOffset,
        cachedData,
        produceCachedData,
        parsingContext,
        hostSymbol,
      );
      this.#state = { script: compiled.script };
      const set = (name: PropertyKey, value: unknown) => {
        ObjectDefineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      };
      if (cachedData !== undefined) set("cachedDataRejected", compiled.cachedDataRejected);
      if (produceCachedData) set("cachedDataProduced", compiled.cachedDataProduced);
      if (compiled.cachedData !== undefined) set("cachedData", guest.toBuffer(compiled.cachedData));
      set("sourceMapURL", compiled.sourceMapURL);
      (this as Record<symbol, unknown>)[hostDefinedOption] = hostSymbol;
    }

    createCachedData(): Uint8Array {
      return guest.toBuffer(contextify.createCachedData(this.#state.script) ?? new Uint8Array(0));
    }

    // A signal that others send waits until the script has ended: what stops one is the guest's own `process.kill`.
    runInContext(
      contextified: object | null,
      timeout: number,
      displayErrors: boolean,
      breakOnSigint: boolean,
    ): unknown {
      return contextify.runScript(this.#state.script, contextified, displayErrors, timeout, breakOnSigint);
    }
  };
}
