import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { TestConditions } from "./run-test-file.ts";
import type { TestResult } from "./test-result.ts";
import type { WorkerAnswer, WorkerRequest } from "./test-worker.ts";

export interface SuiteRun {
  /** The `test` folder of a checkout of Node. */
  readonly suite: string;
  readonly names: readonly string[];
  readonly conditions: TestConditions;
  /** How many files run at once, each in a process of its own. */
  readonly jobs: number;
  /** Ends the run: what is under way then has no result. */
  readonly signal?: AbortSignal;
  readonly onResult?: (result: TestResult) => void;
}

/** Time that a worker has beyond the limit of the guest before it is killed. */
const graceMs = 5_000;
const preparationMs = 120_000;

/** Runs every named file, until it is aborted, and answers the results in the order of the names. A worker that hangs or dies costs one file. */
export async function runSuite(run: SuiteRun): Promise<readonly TestResult[]> {
  const results = new Map<string, TestResult>();
  const queue = run.names.values();
  const lanes = Array.from({ length: Math.min(run.jobs, run.names.length) }, async () => {
    let worker: Worker | undefined;
    for (const name of queue) {
      if (run.signal?.aborted) break;
      worker ??= await startWorker(run);
      const result = await runInWorker(worker, name, run.conditions.timeoutMs + graceMs);
      if (run.signal?.aborted) break;
      if (!worker.child.connected) worker = undefined;
      results.set(name, result);
      run.onResult?.(result);
    }
    if (worker?.child.connected) worker.child.disconnect();
  });
  await Promise.all(lanes);
  return run.names.flatMap((name) => results.get(name) ?? []);
}

interface Worker {
  readonly child: ChildProcess;
  /** The end of what it wrote itself: guests write through `onStdio`. */
  tail: string;
}

async function startWorker(run: SuiteRun): Promise<Worker> {
  const child = fork(fileURLToPath(new URL("./test-worker.ts", import.meta.url)), {
    execArgv: ["--no-node-snapshot", "--conditions=@vivarium/source"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced",
  });
  const worker: Worker = { child, tail: "" };
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    worker.tail = (worker.tail + text).slice(-4_000);
  });
  // A worker without its runner ends by itself, and its cells with it.
  const leave = (): void => {
    if (child.connected) child.disconnect();
  };
  run.signal?.addEventListener("abort", leave, { once: true });
  child.once("exit", () => run.signal?.removeEventListener("abort", leave));
  const answer = await ask(worker, { kind: "prepare", suite: run.suite, conditions: run.conditions }, preparationMs);
  if (answer === undefined && run.signal?.aborted !== true)
    throw new Error(`A worker could not prepare the suite:\n${worker.tail}`);
  return worker;
}

async function runInWorker(worker: Worker, name: string, limitMs: number): Promise<TestResult> {
  const began = performance.now();
  const answer = await ask(worker, { kind: "run", name }, limitMs);
  if (answer?.kind === "result") return answer.result;
  const { exitCode, signalCode } = worker.child;
  const ending = exitCode === null && signalCode === null ? "hung" : `ended (${signalCode ?? exitCode})`;
  worker.child.kill("SIGKILL");
  if (worker.child.connected) worker.child.disconnect();
  const durationMs = Math.round(performance.now() - began);
  return { name, status: "fail", durationMs, cause: `The process of the guest ${ending}`, stderr: worker.tail };
}

/** Answers `undefined` when the worker dies or takes too long. */
function ask(worker: Worker, request: WorkerRequest, limitMs: number): Promise<WorkerAnswer | undefined> {
  const { child } = worker;
  return new Promise((resolve) => {
    const settle = (answer: WorkerAnswer | undefined): void => {
      clearTimeout(timer);
      child.off("message", settle);
      child.off("exit", onEnd);
      child.off("error", onEnd);
      resolve(answer);
    };
    const onEnd = (): void => settle(undefined);
    const timer = setTimeout(onEnd, limitMs);
    child.on("message", settle);
    child.on("exit", onEnd);
    child.on("error", onEnd);
    child.send(request);
  });
}
