import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ContestantId } from "./contestants/contestant-list.ts";
import type { Finding, MeasurementName } from "./finding.ts";

/** What a fresh process of one contestant found, and the time from its start to its answer, in milliseconds. */
export interface Answer {
  readonly values: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
}

const limitMs = 300_000;
/** As its users have it: built, and with built packages. */
const program = fileURLToPath(new URL("../dist/contestant-process.js", import.meta.url));

/** Where isolates live in the contestant's own process, isolated-vm's manual asks for a Node without snapshot. */
function hasIsolates(id: ContestantId): boolean {
  return id === "bare-isolate" || id.startsWith("vivarium-inline");
}

/** Answers a string that says why when the contestant failed: one that cannot run does not end the benchmark. */
export function askContestant(id: ContestantId, measurement: MeasurementName, peers: string): Promise<Answer | string> {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [...(hasIsolates(id) ? ["--no-node-snapshot"] : []), program, id, measurement, peers],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"], TMPDIR: process.env["TMPDIR"] },
      timeout: limitMs,
    },
  );
  let stdout = "";
  let stderr = "";
  let answer: Answer | undefined;
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-2_000);
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    answer ??= readAnswer(stdout, performance.now() - began);
  });
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(answer ?? `failed (${signal ?? code}): ${lastLine(stderr)}`));
  });
}

function readAnswer(stdout: string, elapsedMs: number): Answer | undefined {
  const line = stdout.split("\n").find((candidate) => candidate.startsWith('{"values":'));
  if (line === undefined || !stdout.includes(`${line}\n`)) return undefined;
  const finding: Finding = JSON.parse(line);
  return { values: finding.values, elapsedMs };
}

function lastLine(text: string): string {
  return (
    text
      .trim()
      .split("\n")
      .find((line) => /Error/.test(line)) ??
    text.trim().split("\n").at(-1) ??
    ""
  );
}
