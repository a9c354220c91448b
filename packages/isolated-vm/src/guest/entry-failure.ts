import type { EntryResult } from "@vivarium/kernel";
import type ivm from "isolated-vm";

/** What isolated-vm throws when an entry does not come back by itself; `spent` is what its timeout stands for. */
export function failureOf(isolate: ivm.Isolate, error: unknown, spent: "cpu" | "wall"): EntryResult {
  const message = error instanceof Error ? error.message : String(error);
  if (isolate.isDisposed || /memory limit|was disposed/i.test(message)) return { kind: "out-of-memory" };
  if (/Script execution timed out/i.test(message)) return { kind: "timed-out", spent };
  if (/terminat|interrupted/i.test(message)) return { kind: "terminated" };
  return { kind: "failed", message };
}
