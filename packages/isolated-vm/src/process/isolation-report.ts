import type { IsolationMeasure, IsolationReport } from "@vivarium/core";
import type { ConfinedCells } from "./known-confinement.ts";

const measures: readonly IsolationMeasure[] = [
  "process",
  "seccomp",
  "no_new_privs",
  "rlimits",
  "landlock",
  "namespaces",
  "node-permission",
];

/** What holds the guests of process cells, by what the cells have said of themselves. */
export function processIsolation(confined: ConfinedCells, sharedWith: IsolationReport["sharedWith"]): IsolationReport {
  const { isConfined, problem } = confined;
  return {
    sharedWith,
    confined: isConfined,
    inForce: measures.filter((measure) => has(confined, measure)),
    missing: measures.filter((measure) => !has(confined, measure) && !(isConfined && measure === "node-permission")),
    ...(confined.namespaces === "some" ? { partly: ["namespaces"] as const } : {}),
    ...(problem === "" ? {} : { problem }),
  };
}

/** Whether every cell has it. */
function has(confined: ConfinedCells, measure: IsolationMeasure): boolean {
  const { isConfined, landlock, namespaces, nodePermission } = confined;
  if (measure === "process") return true;
  if (measure === "node-permission") return nodePermission;
  if (measure === "landlock") return landlock > 0;
  return measure === "namespaces" ? namespaces === "all" : isConfined;
}

/** Inline and on another thread, V8 alone stands between a guest and its host. */
export const hostIsolation: IsolationReport = {
  sharedWith: "host",
  confined: false,
  inForce: [],
  missing: measures,
};
