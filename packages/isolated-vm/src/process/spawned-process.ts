import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { CALL_DESCRIPTOR, EVENT_DESCRIPTOR } from "../channel/protocol.ts";
import type { CellCommand } from "./cell-command.ts";
import { CellFault } from "./cell-death.ts";
import type { CellProcessEvents, LaunchCell } from "./cell-process.ts";
import { ChannelledProcess } from "./channelled-process.ts";
import { childSocket } from "./child-socket.ts";

/** What V8 or Node say on stderr as they die; more is dropped from the front. */
const STDERR_KEPT_BYTES = 8192;
/** How long the descriptors of a process that has exited may stay open, in milliseconds. */
const CLOSE_GRACE_MS = 1000;

/** Starts processes by this command. */
export function spawnedBy(command: CellCommand): LaunchCell {
  return (events) => new SpawnedProcess(command, events);
}

/** A cell's process that the host has started itself. */
export class SpawnedProcess extends ChannelledProcess {
  readonly #child: ChildProcess;
  #stderr: Buffer = Buffer.alloc(0);
  #exited: { readonly code: number | null; readonly signal: string | null } | undefined;

  constructor(command: CellCommand, events: CellProcessEvents) {
    super(events);
    this.#child = spawn(command.execPath, command.args, {
      cwd: "/",
      env: {},
      stdio: [command.input === undefined ? "ignore" : "pipe", "ignore", "pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    // Before anything can be wrong: an error that nobody hears would end the host.
    this.#listen();
    this.lower(command.niceness);
    this.#provide(command.input);
    const calls = childSocket(this.#child, CALL_DESCRIPTOR);
    const messages = childSocket(this.#child, EVENT_DESCRIPTOR);
    if (calls !== undefined && messages !== undefined) this.channel.connect(calls, messages);
  }

  override get pid(): number | undefined {
    return this.#child.pid;
  }

  override keepAlive(alive: boolean): void {
    this.channel.keepAlive(alive);
    const { stderr } = this.#child;
    if (alive) this.#child.ref();
    else this.#child.unref();
    if (stderr instanceof Socket) alive ? stderr.ref() : stderr.unref();
  }

  protected override signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(name);
  }

  protected override end(): void {
    this.#child.kill("SIGKILL");
  }

  #provide(input: CellCommand["input"]): void {
    const { stdin } = this.#child;
    // One that has ended by then does without.
    stdin?.on("error", () => undefined);
    try {
      stdin?.end(input?.());
    } catch (error) {
      this.kill(new CellFault("it could not be given what it needs", { cause: error }));
    }
  }

  #listen(): void {
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = Buffer.concat([this.#stderr, chunk]).subarray(-STDERR_KEPT_BYTES);
    });
    this.#child.on("error", (error) => {
      if (this.#child.pid !== undefined) {
        this.fault ??= error;
        return;
      }
      this.fault ??= new CellFault(`it could not be started (${errnoOf(error)})`, { cause: error });
      this.#die();
    });
    this.#child.on("exit", (code, signal) => {
      this.#exited = { code, signal };
      this.resume();
      setTimeout(() => this.#die(), CLOSE_GRACE_MS).unref();
    });
    this.#child.on("close", () => this.#die());
  }

  #die(): void {
    if (!this.bury()) return;
    this.#child.stderr?.destroy();
    this.tellDeath({
      exitCode: this.#exited?.code ?? null,
      signal: this.#exited?.signal ?? null,
      stderr: this.#stderr.toString("latin1"),
    });
  }
}

function errnoOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.name;
}
