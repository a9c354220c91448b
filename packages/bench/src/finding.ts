/** What one process of the benchmark is asked for. */
export type MeasurementName = "first" | "runs" | "calls" | "load" | "memory" | "idle";

/** What it finds out, and prints as one line of JSON. */
export interface Finding {
  readonly values: Readonly<Record<string, number>>;
}
