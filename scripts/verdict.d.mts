export interface Verdict {
  readonly passed: number;
  readonly failed: number;
}

export const noVerdict: Verdict;
export function readVerdict(report: string, exitCode: number | null): Verdict;
