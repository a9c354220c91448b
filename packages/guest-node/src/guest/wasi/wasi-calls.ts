import type { LinearMemory } from "../wasm/linear-memory.ts";
import type { WasiWorld } from "./wasi-world.ts";

/** One call of WASI: what it takes (`i`: 32 bits, `I`: 64 bits), and what it does; it answers an errno. */
export interface WasiCall {
  readonly takes: string;
  readonly run: (world: WasiWorld, memory: LinearMemory, ...args: never[]) => number;
}

export type WasiCalls = Readonly<Record<string, WasiCall>>;
