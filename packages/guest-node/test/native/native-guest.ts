import ivm from "isolated-vm";
import { openNativeHelper } from "../../src/native/open-native-helper.ts";

/** A bare isolate with the helper in it, as the global `native`. */
export interface NativeGuest extends Disposable {
  /** Runs a function body; `$0`, `$1`, … are the arguments. What it returns is copied out. */
  readonly run: (body: string, ...args: readonly unknown[]) => unknown;
}

/** What every body finds beside `native`. */
const prelude = `
  globalThis.symbol = Symbol('host');
  globalThis.link = (source, dependencies = [], url = 'file:///m.mjs') => {
    const { handle } = native.moduleWrap.createSourceTextModule(url, undefined, source);
    native.moduleWrap.link(handle, dependencies);
    return handle;
  };
  globalThis.thrown = (action) => { try { action(); } catch (error) { return { name: error.name, code: error.code, message: error.message }; } return 'nothing'; };
`;

export function createNativeGuest(memoryLimit = 128): NativeGuest {
  const isolate = new ivm.Isolate({ memoryLimit });
  const context = isolate.createContextSync();
  const native = openNativeHelper((file) => new ivm.NativeModule(file)).createSync(context);
  context.global.setSync("native", native.derefInto());
  context.evalSync(prelude);
  return {
    run: (body, ...args): unknown =>
      context.evalClosureSync(body, [...args], { arguments: { copy: true }, result: { copy: true }, timeout: 20_000 }),
    [Symbol.dispose]: () => isolate.dispose(),
  };
}
