import { getterOf, uncurryThis } from "../primordial.ts";

/** `WebAssembly` as it was before any program: its classes, and what they do. */
const { Module, Instance, Memory, Table } = WebAssembly;

export const WasmModule: typeof Module = Module;
export const WasmInstance: typeof Instance = Instance;
export const WasmMemory: typeof Memory = Memory;

export const InstanceGetExports: (instance: WebAssembly.Instance) => Readonly<Record<string, unknown>> = getterOf(
  Instance.prototype as WebAssembly.Instance,
  "exports",
);
export const MemoryGetBuffer: (memory: WebAssembly.Memory) => ArrayBuffer = getterOf(
  Memory.prototype as WebAssembly.Memory,
  "buffer",
);
export const MemoryGrow = uncurryThis((Memory.prototype as WebAssembly.Memory).grow) as (
  memory: WebAssembly.Memory,
  pages: number,
) => number;
export const TableGrow = uncurryThis((Table.prototype as WebAssembly.Table).grow) as (
  table: WebAssembly.Table,
  count: number,
) => number;
export const TableSet = uncurryThis((Table.prototype as WebAssembly.Table).set) as (
  table: WebAssembly.Table,
  index: number,
  value: unknown,
) => void;
