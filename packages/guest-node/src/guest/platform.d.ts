/** What V8 itself gives every isolate, and the ES library of TypeScript does not name. */
declare namespace WebAssembly {
  type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  interface Module {
    readonly [Symbol.toStringTag]: "WebAssembly.Module";
  }
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  const Module: new (bytes: unknown) => Module;
  const Instance: new (module: Module, imports?: Imports) => Instance;
}
