import type { Reporter, TestCase, TestModule, Vitest } from "vitest/node";
import { describeTree } from "./process-tree.ts";

/** In milliseconds. The longest time limit of a test is two minutes. */
const LONGEST_SILENCE_MS = 300_000;

/**
 * A reporter of vitest's that ends a run in which no test comes to an end any more: a process of tests that is stuck in one
 * call, or stopped, comes to no time limit of its own, and vitest would wait for it for ever. It tells which tests had not
 * ended and what the processes were doing, and the run has failed.
 */
export default class StuckTests implements Reporter {
  readonly #silenceMs: number;
  /** By their modules, which are other objects once they have been collected. */
  readonly #unfinished: Map<string, Set<TestCase>> = new Map();
  #vitest: Vitest | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ silenceMs = LONGEST_SILENCE_MS }: { readonly silenceMs?: number } = {}) {
    this.#silenceMs = silenceMs;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(): void {
    this.#listen();
  }

  onTestModuleQueued(module: TestModule): void {
    this.#unfinished.set(nameOf(module), new Set());
    this.#listen();
  }

  onTestModuleCollected(module: TestModule): void {
    this.#unfinished.set(nameOf(module), new Set(module.children.allTests()));
    this.#listen();
  }

  onTestCaseResult(test: TestCase): void {
    this.#unfinished.get(nameOf(test.module))?.delete(test);
    this.#listen();
  }

  onTestModuleEnd(module: TestModule): void {
    this.#unfinished.delete(nameOf(module));
    this.#listen();
  }

  onTestRunEnd(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #listen(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#endRun(), this.#silenceMs);
  }

  #endRun(): void {
    const told = [...this.#unfinished].flatMap(([name, tests]) => [
      name,
      ...Array.from(tests, (test) => `  ${test.fullName}`),
    ]);
    const lines = [
      `No test has ended for ${this.#silenceMs / 1000} s. Not ended:`,
      ...told,
      "The processes of this run:",
      ...describeTree(process.pid),
    ];
    process.stderr.write(`\n${lines.join("\n")}\n`);
    process.exitCode = 1;
    // The first call waits for the tests under way, the second ends their processes.
    for (let call = 0; call < 2; call += 1) void this.#vitest?.cancelCurrentRun("test-failure");
  }
}

function nameOf({ project, relativeModuleId }: TestModule): string {
  return `${project.name} ${relativeModuleId}`.trim();
}
