import type { RuntimeDriverBench } from "./runtime-driver-bench.ts";
import type { RuntimeDriverCapability } from "./runtime-driver-capabilities.ts";

/** One promise of the contract, and the programs that show whether a runtime driver keeps it. */
export interface RuntimeDriverCase {
  /** A sentence about what becomes of a program. */
  readonly name: string;
  readonly needs?: readonly RuntimeDriverCapability[];
  /** Tries many programs that are to end in one way, most of which take a cell with them. @default false */
  readonly isThorough?: boolean;
  run(bench: RuntimeDriverBench): Promise<void>;
}
