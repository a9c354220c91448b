import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CellKind, HostAnswer, HostReport, HostRequest } from "./host-messages.ts";

/** How a host came through a program: with a report, or not at all. */
export type HostEnd =
  | { readonly kind: "report"; readonly report: HostReport }
  | { readonly kind: "lost"; readonly reason: string };

/** Well over what the limits of the longest program and the runs before and after it take on a busy machine. */
const PATIENCE_MS = 45_000;
const hostProcess = fileURLToPath(new URL("./host-process.ts", import.meta.url));

/** A process that embeds Vivarium. It is replaced when it dies or answers no more. */
export class Host {
  readonly #cells: CellKind;
  #process: ChildProcess | undefined;
  #stderr = "";

  constructor(cells: CellKind) {
    this.#cells = cells;
  }

  /** Runs one program in the host, and tells what became of both. */
  async attack(name: string): Promise<HostEnd> {
    const child = this.#started();
    const { promise, resolve } = Promise.withResolvers<HostEnd>();
    const onMessage = (answer: HostAnswer): void => {
      resolve(answer.kind === "report" ? answer : { kind: "lost", reason: `the host failed: ${answer.error}` });
    };
    const onExit = (code: number | null, signal: string | null): void => {
      resolve({ kind: "lost", reason: `the host died: ${signal ?? `exit code ${code}`}${this.#lastWords()}` });
    };
    const timer = setTimeout(() => resolve({ kind: "lost", reason: "the host answers no more" }), PATIENCE_MS);
    child.once("message", onMessage).once("exit", onExit);
    const request: HostRequest = { name, cells: this.#cells };
    child.send(request);
    const end = await promise;
    clearTimeout(timer);
    child.off("message", onMessage).off("exit", onExit);
    if (end.kind === "lost") await this.stop();
    return end;
  }

  /** Ends the process; the next attack starts another. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  #started(): ChildProcess {
    if (this.#process !== undefined) return this.#process;
    this.#stderr = "";
    const child = fork(hostProcess, [], {
      execArgv: [
        "--conditions=@vivarium/source",
        "--expose-gc",
        ...(this.#cells === "process" ? [] : ["--no-node-snapshot"]),
      ],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-2_000);
    });
    this.#process = child;
    return child;
  }

  #lastWords(): string {
    const line = this.#stderr.split("\n").find((text) => /fatal|error|assert/iu.test(text));
    return line === undefined ? "" : `, ${line.trim().slice(0, 120)}`;
  }
}
