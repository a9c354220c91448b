import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import type { TestConditions } from "./run-test-file.ts";
import { UsageError } from "./usage-error.ts";

export const usage: string = `Runs Node's own tests, each file in a fresh guest over an in-memory filesystem.
Of the system's commands they may start a few that do no harm (cat, echo, grep, …), and no shell.

  --suite DIR       the "test" folder of a checkout of Node (required)
  --filter GLOB     file names to run, e.g. 'test-fs-*'; may be repeated (default: all)
  --jobs N          files at once (default: 2)
  --timeout MS      wall-clock limit of one file (default: 10000)
  --cell KIND       process | inline (default: process)
  --out FILE        write every result as JSON
  --after FILE      such results of an earlier run: what failed in it, or was not run, runs again; the rest is taken over
  --failures FILE   write the failures, grouped by cause, as Markdown
  --docs FILE       write the page of figures
  --refusals FILE   write the page of what a guest refuses, and run no tests: needs no suite
  --suite-version V what the page calls the suite (default: 24)
  --check           compare with the expectations; a difference for the worse ends with code 1
  --update          take what was found as the new expectations
  --in-node         run the files in this Node itself, no guest: the control. They delete, listen and kill as its user
                    may: only where there is nothing to lose. With --update: what is known of Node itself

Ends with code 0 when the files were run, whether or not they pass; 1 for --check; 2 for options that make no sense;
130 when it is interrupted: what was found until then is told, and written for --out and --failures.
`;

/** What the runner is asked to do. */
export interface RunnerOptions {
  readonly suite: string;
  readonly filters: readonly string[];
  readonly jobs: number;
  readonly conditions: TestConditions;
  readonly inNode: boolean;
  readonly check: boolean;
  readonly update: boolean;
  readonly out: string | undefined;
  readonly after: string | undefined;
  readonly failures: string | undefined;
  readonly docs: string | undefined;
  readonly suiteVersion: string;
}

/** Something else than to run a suite. */
export type OtherTask = { readonly kind: "help" } | { readonly kind: "refusals"; readonly file: string };

const options = {
  suite: { type: "string" },
  filter: { type: "string", multiple: true, default: ["*"] },
  jobs: { type: "string", default: "2" },
  timeout: { type: "string", default: "10000" },
  cell: { type: "string", default: "process" },
  out: { type: "string" },
  after: { type: "string" },
  failures: { type: "string" },
  docs: { type: "string" },
  refusals: { type: "string" },
  "suite-version": { type: "string", default: "24" },
  check: { type: "boolean", default: false },
  update: { type: "boolean", default: false },
  "in-node": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} satisfies ParseArgsOptionsConfig;

/** @throws {UsageError} also where a file that is to be written at the end could not be */
export function readOptions(args: readonly string[]): RunnerOptions | { readonly other: OtherTask } {
  const values = parse(args);
  if (values.help) return { other: { kind: "help" } };
  for (const name of ["out", "failures", "docs", "refusals"] as const) assertWritable(name, values[name]);
  if (values.refusals !== undefined) return { other: { kind: "refusals", file: values.refusals } };
  if (values.suite === undefined)
    throw new UsageError('--suite DIR is needed: the "test" folder of a checkout of Node');
  if (values.cell !== "process" && values.cell !== "inline") {
    throw new UsageError(`--cell is process or inline, not ${values.cell}`);
  }
  return {
    suite: resolve(values.suite),
    filters: values.filter,
    jobs: positiveInteger("jobs", values.jobs),
    conditions: { cell: values.cell, timeoutMs: positiveInteger("timeout", values.timeout) },
    inNode: values["in-node"],
    check: values.check,
    update: values.update,
    out: values.out,
    after: values.after,
    failures: values.failures,
    docs: values.docs,
    suiteVersion: values["suite-version"],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A run may take half an hour: whether its results can be kept is asked before. */
function assertWritable(name: string, file: string | undefined): void {
  if (file === undefined) return;
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw new UsageError(`--${name}: ${file} is a directory`);
  try {
    accessSync(there === undefined ? dirname(resolve(file)) : file, constants.W_OK);
  } catch {
    throw new UsageError(`--${name}: ${file} cannot be written`);
  }
}

function positiveInteger(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`--${name} must be a positive integer, not ${text}`);
}
