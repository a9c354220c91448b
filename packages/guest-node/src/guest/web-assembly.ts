import type { NativeUtil } from "../native/native-helper.ts";
import { ObjectDefineProperty, PromisePrototypeThen, resolvedPromise } from "./primordial.ts";

interface ModuleConstructor {
  new (bytes: unknown): object;
}

interface Instantiated {
  readonly module: object;
  readonly instance: object;
}

type Compilers = typeof globalThis.WebAssembly & Readonly<Record<(typeof REPLACED)[number], Function>>;

const REPLACED = ["compile", "instantiate"] as const;

/**
 * Compiles WebAssembly where it is asked for, not on a thread of V8's: what another thread finishes would come back
 * between two entries, where nobody waits for it. Only the moment of the work differs from Node; the promises settle
 * as they do there.
 */
export function keepWebAssemblyOnThread(
  WebAssembly: typeof globalThis.WebAssembly,
  isWasmModule: (value: unknown) => boolean,
  replace: NativeUtil["replace"],
): void {
  const { Instance } = WebAssembly;
  const Module = WebAssembly.Module as ModuleConstructor;
  const after = <Value>(work: () => Value): Promise<Value> =>
    PromisePrototypeThen(resolvedPromise(), work) as Promise<Value>;

  const replacements = {
    compile(bytes: unknown): Promise<object> {
      return after(() => new Module(bytes));
    },
    instantiate(source: unknown, imports?: WebAssembly.Imports): Promise<object | Instantiated> {
      return after(() => {
        if (isWasmModule(source)) return new Instance(source as WebAssembly.Module, imports);
        const module = new Module(source);
        return { module, instance: new Instance(module as WebAssembly.Module, imports) };
      });
    },
  };
  for (let index = 0; index < REPLACED.length; index++) {
    const name = REPLACED[index] as (typeof REPLACED)[number];
    ObjectDefineProperty(WebAssembly, name, {
      value: replace((WebAssembly as Compilers)[name], replacements[name]),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}
