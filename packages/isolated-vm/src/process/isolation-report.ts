import type { IsolationMeasure, IsolationReport } from "@vivarium/core";
import type { Confined } from "../cell/cell-confinement.ts";

const measures: readonly IsolationMeasure[] = ["process", "seccomp", "no_new_privs", "rlimits", "landlock"];

/** What holds the guests of process cells, by what the first of them said of itself. */
export function processIsolation(confined: Confined, sharedWith: IsolationReport["sharedWith"]): IsolationReport {
  const { isConfined, landlock, problem } = confined;
  const has = (measure: IsolationMeasure): boolean =>
    measure === "process" || (measure === "landlock" ? landlock > 0 : isConfined);
  return {
    sharedWith,
    confined: isConfined,
    inForce: measures.filter(has),
    missing: measures.filter((measure) => !has(measure)),
    ...(problem === "" ? {} : { problem }),
  };
}

/** Inline and on another thread, V8 alone stands between a guest and its host. */
export const hostIsolation: IsolationReport = {
  sharedWith: "host",
  confined: false,
  inForce: [],
  missing: measures,
};
