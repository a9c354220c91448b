import { type ChildProcessWithoutNullStreams, type SpawnOptions, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type CommandRequest, type CommandResult, isPromiseLike, type MaybePromise } from "@vivarium/core";
import { openEnds } from "./open-ends.ts";
import { MARK, type ProcessEntry, type ProcessTable } from "./process-table.ts";
import { ProcessTree } from "./process-tree.ts";
import { roomIn } from "./room-in.ts";
import { strayDescriptors } from "./stray-descriptors.ts";

/** What one command may use; see `CommandExecutorOptions`. */
export interface CommandLimits {
  readonly maxProcesses: number;
  readonly outputLimitBytes: number;
  readonly timeLimitMs: number;
}

export interface HostCommandOptions {
  /** By which paths the program and its directory are reached: only while it is being started. */
  readonly file: string;
  readonly directory: string;
  /** What the program is told that it is called, and its arguments. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly request: CommandRequest;
  readonly limits: CommandLimits;
  readonly table: ProcessTable;
  /** What its processes are to have in their environment, and no other command's. */
  readonly mark: string;
}

/** How long what was written may take to be read when everything has ended, in milliseconds, and how often. */
const DRAIN_WAIT_MS = 50;
const MOST_DRAIN_WAITS = 20;

/** One process of the host, and all that it starts. */
export class HostCommand {
  /** What its processes have in their environment. */
  readonly mark: string;
  readonly #options: HostCommandOptions;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #tree: ProcessTree;
  #limit: CommandResult["limit"];
  #bytes = 0;
  #isOver = false;
  /** Those who wait for somebody to read, which nobody need when it is over. */
  readonly #waiting: Set<() => void> = new Set();
  #killed: Promise<void> | undefined;

  /** Starts it. Throws, or {@link result} rejects, when that fails. */
  constructor(options: HostCommandOptions) {
    this.#options = options;
    const { file, name, args, directory, env, table, mark } = options;
    this.mark = mark;
    this.#child = spawnAlone(file, [...args], {
      argv0: name,
      cwd: directory,
      env: { ...env, [MARK]: mark },
    });
    this.#child.stdin.on("error", () => undefined);
    this.#tree = new ProcessTree({ pid: this.pid, mark, ends: openEnds(this.pid), table });
  }

  /** 0 when it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /**
   * Whether there are more of its processes than there may be is seen among all that there are. Answers those that it knows
   * by nothing but having seen them.
   */
  look(entries: readonly ProcessEntry[]): readonly ProcessEntry[] {
    if (this.#isOver || this.#killed !== undefined) return [];
    const members = this.#tree.membersOf(entries);
    if (members.length > this.#options.limits.maxProcesses) this.#exceed("processes");
    return members.filter(({ group, mark }) => group !== this.pid && mark !== this.mark);
  }

  /** Serves it to its end: nothing of it is left when this settles. */
  async result(): Promise<CommandResult> {
    const { request, limits } = this.#options;
    const exited: Promise<unknown[]> = once(this.#child, "exit");
    exited.catch(() => undefined);
    const [failure] = this.pid === 0 ? await once(this.#child, "error") : [];
    if (failure !== undefined) throw failure;
    const onAbort = (): void => void this.#kill();
    const deadline = setTimeout(() => this.#exceed("time"), limits.timeLimitMs);
    if (request.signal.aborted) onAbort();
    request.signal.addEventListener("abort", onAbort, { once: true });
    request.onSignal((signal) => this.#signal(signal));
    try {
      void this.#feed();
      const outputs = [
        this.#take(this.#child.stdout, (chunk) => request.onStdout(chunk)),
        this.#take(this.#child.stderr, (chunk) => request.onStderr(chunk)),
      ];
      const [code, signal] = await exited;
      this.#isOver = true;
      for (const go of this.#waiting) go();
      await this.#kill();
      await this.#drain(Promise.all(outputs));
      return { ...exitOf(code, signal), ...(this.#limit !== undefined && { limit: this.#limit }) };
    } finally {
      clearTimeout(deadline);
      request.signal.removeEventListener("abort", onAbort);
    }
  }

  async #feed(): Promise<void> {
    const { stdin } = this.#child;
    try {
      for await (const chunk of this.#options.request.stdin) {
        if (stdin.destroyed || this.#isOver) break;
        if (!stdin.write(chunk)) await roomIn(stdin);
      }
    } catch {
      // Its reader, or its writer, is gone.
    } finally {
      stdin.end();
    }
  }

  /** Hands output over as fast as the guest reads it; once the command is over, all that there is. */
  async #take(output: Readable, onChunk: (chunk: Uint8Array) => MaybePromise<void>): Promise<void> {
    try {
      for await (const chunk of output as AsyncIterable<Uint8Array>) {
        const room = Math.max(0, this.#options.limits.outputLimitBytes - this.#bytes);
        this.#bytes += chunk.byteLength;
        if (chunk.byteLength > room) this.#exceed("output");
        if (room > 0) await this.#unlessOver(onChunk(chunk.subarray(0, room)));
      }
    } catch {
      // The pipe has broken: there is no more.
    }
  }

  /** Waits until a promise has settled or the command is over. */
  async #unlessOver(taken: MaybePromise<void>): Promise<void> {
    if (this.#isOver || !isPromiseLike(taken)) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.#waiting.delete(go);
        resolve();
      };
      this.#waiting.add(go);
      taken.then(go, go);
    });
  }

  /** Waits until what was written has been read. Whoever has got away may hold the streams open, and is looked for again. */
  async #drain(outputs: Promise<unknown>): Promise<void> {
    const drained = outputs.then(() => true);
    for (let wait = 0; wait < MOST_DRAIN_WAITS; wait += 1) {
      if (await Promise.race([drained, sleep(DRAIN_WAIT_MS, false)])) return;
      await this.#tree.kill(DRAIN_WAIT_MS);
    }
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    await drained;
  }

  #exceed(limit: CommandResult["limit"]): void {
    this.#limit ??= limit;
    void this.#kill();
  }

  #signal(signal: string): void {
    if (!this.#isOver) this.#child.kill(signal as NodeJS.Signals);
  }

  #kill(): Promise<void> {
    this.#killed ??= this.#tree.kill();
    return this.#killed;
  }
}

/**
 * Starts a program that leads a session and a group of its own, and has no descriptor of this process but its three pipes:
 * where this process has others that any program would inherit, it finds the empty device in their place.
 */
function spawnAlone(file: string, args: readonly string[], options: SpawnOptions): ChildProcessWithoutNullStreams {
  const strays = strayDescriptors();
  const nothing = strays.length === 0 ? undefined : openSync("/dev/null", "r");
  try {
    const stdio: StdioOptions = ["pipe", "pipe", "pipe"];
    for (let fd = stdio.length; fd <= (strays.at(-1) ?? 0); fd += 1)
      stdio.push(strays.includes(fd) ? nothing : "ignore");
    return spawn(file, args, { ...options, detached: true, stdio }) as ChildProcessWithoutNullStreams;
  } finally {
    if (nothing !== undefined) closeSync(nothing);
  }
}

function exitOf(code: unknown, signal: unknown): Pick<CommandResult, "code" | "signal"> {
  return { code: typeof code === "number" ? code : null, signal: typeof signal === "string" ? signal : null };
}
