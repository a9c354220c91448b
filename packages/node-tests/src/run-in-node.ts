import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { judgeTest } from "./judge-test.ts";
import type { SuiteRun } from "./run-suite.ts";
import { testFolder } from "./suite-folder.ts";
import { readTestDirectives } from "./test-directives.ts";
import type { TestResult } from "./test-result.ts";

/** Kept of what a test writes, in characters, from its end. */
const KEPT_OUTPUT = 10_000;

/**
 * The control: runs the files under the Node that runs this, over a copy of the suite that is thrown away. Node's tests
 * delete, listen and kill with all that their user may: only where there is nothing to lose.
 */
export async function runSuiteInNode(run: SuiteRun): Promise<readonly TestResult[]> {
  const root = mkdtempSync(join(tmpdir(), "suite-"));
  try {
    const suite = join(root, basename(run.suite));
    cpSync(run.suite, suite, { recursive: true, verbatimSymlinks: true });
    const results = new Map<string, TestResult>();
    const queue = run.names.values();
    const lanes = Array.from({ length: Math.min(run.jobs, run.names.length) }, async (_, lane) => {
      for (const name of queue) {
        if (run.signal?.aborted) break;
        const result = await runOne(join(suite, testFolder, name), name, lane, run);
        if (run.signal?.aborted) break;
        results.set(name, result);
        run.onResult?.(result);
      }
    });
    await Promise.all(lanes);
    return run.names.flatMap((name) => results.get(name) ?? []);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function runOne(path: string, name: string, lane: number, run: SuiteRun): Promise<TestResult> {
  const { flags, env } = readTestDirectives(readFileSync(path, "utf8"));
  const began = performance.now();
  const child = spawn(process.execPath, [...flags, path], {
    cwd: join(path, "..", "..", ".."),
    // The suite's own names for a run beside others: each has ports and a temporary folder of its own.
    env: { ...process.env, ...env, TEST_THREAD_ID: String(lane), TEST_PARALLEL: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  for (const channel of ["stdout", "stderr"] as const) {
    child[channel].setEncoding("utf8").on("data", (text: string) => {
      output[channel] = (output[channel] + text).slice(-KEPT_OUTPUT);
    });
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    killGroup(child.pid);
  }, run.conditions.timeoutMs);
  const end = (): void => killGroup(child.pid);
  run.signal?.addEventListener("abort", end, { once: true });
  return new Promise((resolve) => {
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      run.signal?.removeEventListener("abort", end);
      killGroup(child.pid);
      resolve(
        judgeTest({
          name,
          kind: late ? "wall-time-limit" : signal === null ? "exited" : "killed",
          code: code ?? 128,
          ...output,
          durationMs: Math.round(performance.now() - began),
        }),
      );
    });
  });
}

/** A test's processes end with it. */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
