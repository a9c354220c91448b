import { execFile } from "node:child_process";
import { type PackageProgram, type ProgramEnd, packageRoot } from "./package-program.ts";

/** Runs a program as anybody would. */
export function runInNode(program: PackageProgram, url: string, timeLimitMs: number): Promise<ProgramEnd> {
  const { promise, resolve } = Promise.withResolvers<ProgramEnd>();
  const options = { cwd: packageRoot, env: environment, timeout: timeLimitMs, killSignal: "SIGKILL" as const };
  execFile(process.execPath, [program.file, url], options, (error, stdout, stderr) => {
    const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
    resolve({ code, stdout, stderr });
  });
  return promise;
}

/** The same for both sides, but for where things are. */
const environment = { NO_COLOR: "1", TZ: "UTC", PATH: process.env["PATH"] ?? "" };
