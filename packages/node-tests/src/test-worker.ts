import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runTestFile, type TestConditions } from "./run-test-file.ts";
import { PreparedSuite } from "./suite-file-system.ts";
import { testFolder } from "./suite-folder.ts";
import type { TestResult } from "./test-result.ts";

/** What the runner sends to a worker: first one `prepare`, then any number of `run`, one at a time. */
export type WorkerRequest =
  | { readonly kind: "prepare"; readonly suite: string; readonly conditions: TestConditions }
  | { readonly kind: "run"; readonly name: string };

/** What a worker answers: `ready` to a `prepare`, `result` to a `run`. */
export type WorkerAnswer = { readonly kind: "ready" } | { readonly kind: "result"; readonly result: TestResult };

let runNext: (name: string) => Promise<TestResult> = async () => {
  throw new Error("A worker was asked to run before it was prepared");
};

process.on("message", (request: WorkerRequest) => {
  void serve(request).then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit());
// A terminal interrupts all that it has started: the runner decides, and goes away.
process.on("SIGINT", () => {});

async function serve(request: WorkerRequest): Promise<WorkerAnswer> {
  if (request.kind === "prepare") {
    const { suite, conditions } = request;
    const prepared = new PreparedSuite(suite);
    runNext = (name) => runOne(name, suite, prepared, conditions);
    return { kind: "ready" };
  }
  return { kind: "result", result: await runNext(request.name) };
}

async function runOne(
  name: string,
  suite: string,
  prepared: PreparedSuite,
  conditions: TestConditions,
): Promise<TestResult> {
  const source = readFileSync(join(suite, testFolder, name), "utf8");
  try {
    return await runTestFile({ name, source }, prepared, conditions);
  } catch (error) {
    const stderr = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { name, status: "fail", durationMs: 0, cause: `Vivarium threw: ${stderr.split("\n")[0]}`, stderr };
  }
}
