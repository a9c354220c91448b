import type { Load } from "./loads.table.ts";

/** What one load has cost; what a contestant cannot tell is not there. */
export interface Cost {
  /** The whole run, as its host sees it, in milliseconds. */
  readonly wholeMs: number;
  /** As the program itself says, in milliseconds. */
  readonly insideMs?: number | undefined;
  readonly cpuMs?: number | undefined;
  /** Calls that the cell has made to its host. */
  readonly hostCalls?: number | undefined;
}

/** Who loads packages. */
export interface Loader extends AsyncDisposable {
  readonly title: string;
  load(load: Load): Promise<Cost>;
}

/** What a program has printed by `timed`. */
export function readTimes(printed: string): { readonly insideMs: number; readonly cpuMs: number } {
  const [insideMs, cpuMs]: readonly [number, number] = JSON.parse(printed);
  return { insideMs, cpuMs };
}
