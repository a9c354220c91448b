import { availableParallelism } from "node:os";
import { Host, type HostEnd } from "./host.ts";
import type { CellKind } from "./host-messages.ts";
import type { HostileProgram, ProgramGroup } from "./hostile-program.ts";
import { judge, LARGEST_GROWTH_MIB } from "./judge.ts";

/** One program, how its host came through it, and what is wrong with that. */
export interface Verdict {
  readonly group: string;
  readonly program: HostileProgram;
  readonly end: HostEnd;
  /** Empty: all is well. */
  readonly complaints: readonly string[];
}

export interface SuiteOptions {
  readonly groups: readonly ProgramGroup[];
  readonly cells: CellKind;
  /** Hears of each program as it ends. */
  readonly onVerdict?: (verdict: Verdict) => void;
}

export interface SuiteResult {
  readonly cells: CellKind;
  readonly verdicts: readonly Verdict[];
  /**
   * By how many MiB a host that came through all programs was larger after them than after the first. `undefined` when
   * there was no such host: one was lost, or each program had its own.
   */
  readonly lastingGrowthMiB?: number;
  readonly passed: boolean;
}

/**
 * Runs the programs: with process cells one after the other in one host, which has to come through all of them, with
 * worker and inline cells each in a host of its own, a few at a time.
 */
export async function runSuite({ groups, cells, onVerdict }: SuiteOptions): Promise<SuiteResult> {
  const waiting = groups
    .flatMap(({ name, programs }) => programs.map((program) => ({ group: name, program })))
    .values();
  const verdicts: Verdict[] = [];
  const runWaiting = async (): Promise<void> => {
    const host = new Host(cells);
    try {
      for (const { group, program } of waiting) {
        const end = await host.attack(program.name);
        if (cells !== "process") await host.stop();
        const verdict: Verdict = { group, program, end, complaints: judge(program, end, cells) };
        verdicts.push(verdict);
        onVerdict?.(verdict);
      }
    } finally {
      await host.stop();
    }
  };
  const hosts = cells === "process" ? 1 : availableParallelism();
  await Promise.all(Array.from({ length: hosts }, runWaiting));
  const lastingGrowthMiB = lastingGrowth(cells, verdicts);
  const passed = verdicts.every(({ complaints }) => complaints.length === 0);
  if (lastingGrowthMiB === undefined) return { cells, verdicts, passed };
  return { cells, verdicts, lastingGrowthMiB, passed: passed && lastingGrowthMiB < LARGEST_GROWTH_MIB };
}

/** Each report tells the size before its program: that of the second and that of the last are compared. */
function lastingGrowth(cells: CellKind, verdicts: readonly Verdict[]): number | undefined {
  const sizes = verdicts.flatMap(({ end }) => (end.kind === "report" ? [end.report.sizeBytes] : []));
  const [, second] = sizes;
  const last = sizes.at(-1);
  if (cells !== "process" || sizes.length !== verdicts.length || second === undefined || last === undefined)
    return undefined;
  return (last - second) / 2 ** 20;
}
