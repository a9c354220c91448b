import { bareIsolateContestant } from "./bare-isolate-contestant.ts";
import type { Contestant } from "./contestant.ts";
import { secureExecContestant } from "./secure-exec-contestant.ts";
import { vivariumContestant } from "./vivarium-contestant.ts";

export const contestantIds = [
  "vivarium-inline",
  "vivarium-inline-callback",
  "vivarium-process",
  "vivarium-process-per-run",
  "vivarium-process-shared",
  "vivarium-process-callback",
  "secure-exec",
  "secure-exec-callback",
  "bare-isolate",
] as const;

export type ContestantId = (typeof contestantIds)[number];

/** `peers` is the folder that secure-exec was installed into. */
export function findContestant(id: ContestantId, peers: string): Contestant {
  switch (id) {
    case "vivarium-inline":
      return vivariumContestant({ cell: "inline", permission: "preset" });
    case "vivarium-inline-callback":
      return vivariumContestant({ cell: "inline", permission: "callback" });
    case "vivarium-process":
      return vivariumContestant({ cell: "process", permission: "preset" });
    case "vivarium-process-per-run":
      return vivariumContestant({ cell: "process", isolation: "run", permission: "preset" });
    case "vivarium-process-shared":
      return vivariumContestant({ cell: "process", isolation: "shared", permission: "preset" });
    case "vivarium-process-callback":
      return vivariumContestant({ cell: "process", permission: "callback" });
    case "secure-exec":
      return secureExecContestant(peers, "preset");
    case "secure-exec-callback":
      return secureExecContestant(peers, "callback");
    case "bare-isolate":
      return bareIsolateContestant;
  }
}
