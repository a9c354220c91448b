import type { OutcomeKind } from "vivarium";
import type { HostFigures } from "./watch-host.ts";

/** Where the programs live. */
export type CellKind = "process" | "worker" | "inline";

/** What a host is asked: to run the program of that name. */
export interface HostRequest {
  readonly name: string;
  readonly cells: CellKind;
}

/** What a host saw of one program. */
export interface HostReport extends HostFigures {
  /** By how many bytes the host was larger than before the program when the run after it had ended. */
  readonly lastingBytes: number;
  readonly outcome: OutcomeKind;
  /** The beginning of the run's error message; may be empty. A program may have chosen these words. */
  readonly message: string;
  /** Whatever is not as it should be, but for the figures: an outcome, a value, a diagnostic, the next run. */
  readonly faults: readonly string[];
}

/** What a host answers, once to each request. */
export type HostAnswer =
  | { readonly kind: "report"; readonly report: HostReport }
  | { readonly kind: "failure"; readonly error: string };
