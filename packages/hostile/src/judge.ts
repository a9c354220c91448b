import type { HostEnd } from "./host.ts";
import type { CellKind } from "./host-messages.ts";
import type { HostileProgram } from "./hostile-program.ts";
import { hostileLimits } from "./hostile-program.ts";

/** What every host has to keep to, whatever its guests do. */
export const LONGEST_STALL_MS = 50;
export const LARGEST_GROWTH_MIB = 64;
/** What a busy machine may take to end a run that has met its limit. */
const GRACE_MS = 3_000;

/**
 * What is wrong with how a host came through a program in a cell of that kind; nothing, when all is well. What a guest
 * in the host's own process may have, the host has for as long as it runs: there, what stays counts.
 */
export function judge(program: HostileProgram, end: HostEnd, cells: CellKind): readonly string[] {
  if (end.kind === "lost") return [end.reason];
  const { faults, stallMs, growthBytes, lastingBytes, elapsedMs } = end.report;
  const complaints = [...faults];
  if (stallMs > LONGEST_STALL_MS) complaints.push(`the host was held up for ${stallMs.toFixed(0)} ms`);
  const growthMiB = (cells === "process" ? growthBytes : lastingBytes) / 2 ** 20;
  if (growthMiB >= (program.growthMiB ?? LARGEST_GROWTH_MIB)) {
    const still = cells === "process" ? "" : ", and still is so much larger";
    complaints.push(`the host grew by ${growthMiB.toFixed(0)} MiB${still}`);
  }
  const limitMs = program.limits?.wallTimeLimitMs ?? hostileLimits.wallTimeLimitMs;
  if (elapsedMs > limitMs + GRACE_MS) complaints.push(`the run took ${(elapsedMs / 1000).toFixed(1)} s`);
  return complaints;
}
