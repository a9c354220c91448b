import type { NativeUtil } from "../native/native-helper.ts";
import { PromisePrototypeThen, resolvedPromise } from "./past-prototypes.ts";
import { replaceMethod } from "./stand-ins.ts";

interface ModuleConstructor {
  new (bytes: unknown): object;
}

interface Instantiated {
  readonly module: object;
  readonly instance: object;
}

/**
 * Compiles WebAssembly where it is asked for, not on a thread of V8's: what another thread finishes would come back
 * between two entries, where nobody waits for it. Only the moment of the work differs from Node; the promises settle
 * as they do there.
 */
export function keepWebAssemblyOnThread(
  WebAssembly: typeof globalThis.WebAssembly,
  isWasmModule: (value: unknown) => boolean,
  util: Pick<NativeUtil, "replace">,
): void {
  const { Instance } = WebAssembly;
  const Module = WebAssembly.Module as ModuleConstructor;
  const after = <Value>(work: () => Value): Promise<Value> =>
    PromisePrototypeThen(resolvedPromise(), work) as Promise<Value>;

  const answers = {
    compile(_self: unknown, bytes: unknown): Promise<object> {
      return after(() => new Module(bytes));
    },
    instantiate(_self: unknown, source: unknown, imports?: WebAssembly.Imports): Promise<object | Instantiated> {
      return after(() => {
        if (isWasmModule(source)) return new Instance(source as WebAssembly.Module, imports);
        const module = new Module(source);
        return { module, instance: new Instance(module as WebAssembly.Module, imports) };
      });
    },
  };
  replaceMethod(util, WebAssembly, "compile", answers.compile);
  replaceMethod(util, WebAssembly, "instantiate", answers.instantiate);
}
