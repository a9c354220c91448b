import type { TestResult } from "./test-result.ts";

/** How a test's guest ended, and what it wrote. */
export interface TestEnding {
  readonly name: string;
  /** Kind of the run's outcome: `returned`, `threw`, … */
  readonly kind: string;
  readonly code: number;
  readonly errorMessage?: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

const skipLine = /^1\.\.0 # Skipped: (.*)$/m;
const errorLine = /^(?:Uncaught )?(?:\w*(?:Error|Exception)\b.*|node:internal.*Error.*|Mismatched .*)$/m;
const keptStderr = 4_000;

/** Passed is what left the guest with code 0 after its `exit` event, whether by its end or by `process.exit`. */
export function judgeTest(ending: TestEnding): TestResult {
  const { name, durationMs } = ending;
  const ended = ending.kind === "returned" || ending.kind === "exited" || ending.kind === "threw";
  if (ended && ending.code === 0) {
    const reason = skipLine.exec(ending.stdout)?.[1];
    return reason === undefined ? { name, status: "pass", durationMs } : { name, status: "skip", durationMs, reason };
  }
  return { name, status: "fail", durationMs, cause: causeOf(ending), stderr: ending.stderr.slice(-keptStderr) };
}

function causeOf(ending: TestEnding): string {
  if (ending.kind !== "returned" && ending.kind !== "exited" && ending.kind !== "threw") {
    return ending.errorMessage === undefined ? ending.kind : `${ending.kind}: ${firstLine(ending.errorMessage)}`;
  }
  const line = errorLine.exec(ending.stderr)?.[0] ?? firstLine(ending.stderr || ending.stdout);
  return line || ending.errorMessage || `${ending.kind} with code ${ending.code}`;
}

function firstLine(text: string): string {
  return (
    text
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim() ?? ""
  );
}
