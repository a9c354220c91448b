/** What V8 itself gives every isolate, and the ES library of TypeScript does not name. */
declare namespace WebAssembly {
  type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  interface Module {
    readonly [Symbol.toStringTag]: "WebAssembly.Module";
  }
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  interface Table {
    readonly length: number;
    grow(count: number): number;
    set(index: number, value: unknown): void;
  }
  const Memory: new (descriptor: { readonly initial: number; readonly maximum?: number }) => Memory;
  const Table: new (descriptor: { readonly initial: number; readonly element: "anyfunc" }) => Table;
  const Module: new (bytes: unknown) => Module;
  const Instance: new (module: Module, imports?: Imports) => Instance;
}
