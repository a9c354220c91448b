import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import type { CallAnswer } from "@vivarium/kernel";
import { encodeCallAnswer } from "../channel/call-answer-wire.ts";
import { FrameAssembler } from "../channel/frame-assembler.ts";
import { encodeHostMessage, type HostMessage } from "../channel/host-message.ts";
import { CALL_DESCRIPTOR, EVENT_DESCRIPTOR, IDLE_FRAME_BYTES } from "../channel/protocol.ts";
import { WireWriter } from "../channel/wire-writer.ts";
import type { CellCommand } from "./cell-command.ts";
import type { CellDeath } from "./cell-death.ts";

/** What V8 or Node say on stderr as they die; more is dropped from the front. */
const STDERR_KEPT_BYTES = 8192;
/** How long the descriptors of a process that has exited may stay open, in milliseconds. */
const CLOSE_GRACE_MS = 1000;
/** How long frames of one cell may occupy the host at a time, in milliseconds. */
const SLICE_MS = 5;

export interface CellProcessEvents {
  /** The body of one frame; it belongs to the callee. A throw kills the process, as what cannot be understood does. */
  onFrame(body: Buffer): void;
  /** The process is gone, and everything that it had sent has been delivered. Called once. */
  onDeath(death: CellDeath): void;
}

/** One child process and its channel: bytes in, frames out. It knows nothing of guests. */
export class CellProcess {
  readonly #child: ChildProcess;
  readonly #events: CellProcessEvents;
  readonly #calls: Socket;
  readonly #messages: Socket;
  readonly #assembler: FrameAssembler = new FrameAssembler(IDLE_FRAME_BYTES);
  readonly #writer: WireWriter = new WireWriter();
  #stderr: Buffer = Buffer.alloc(0);
  #fault: unknown;
  #paused = false;
  #later: NodeJS.Immediate | undefined;
  #dead = false;
  #exited: { readonly code: number | null; readonly signal: string | null } | undefined;

  constructor(command: CellCommand, events: CellProcessEvents) {
    this.#events = events;
    this.#child = spawn(command.execPath, command.args, {
      cwd: "/",
      env: {},
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    this.#calls = socketOf(this.#child, CALL_DESCRIPTOR);
    this.#messages = socketOf(this.#child, EVENT_DESCRIPTOR);
    this.#listen();
  }

  /** Undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Bytes that wait to be taken by the cell. */
  get backlog(): number {
    return this.#messages.writableLength;
  }

  set frameLimit(bytes: number) {
    this.#assembler.limit = bytes;
  }

  send(message: HostMessage): void {
    if (!this.#dead) this.#messages.write(Buffer.from(encodeHostMessage(this.#writer, message)));
  }

  /** Answers the synchronous call that the cell waits for. */
  answer(answer: CallAnswer): void {
    if (!this.#dead) this.#calls.write(Buffer.from(encodeCallAnswer(this.#writer, answer)));
  }

  /** Stops taking what the cell sends; it blocks when its pipe is full. */
  pause(): void {
    this.#paused = true;
    clearImmediate(this.#later);
    this.#calls.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#drain();
    if (!this.#paused) this.#calls.resume();
  }

  /** Whether the process keeps the host's event loop alive. */
  keepAlive(alive: boolean): void {
    const targets = [this.#child, this.#calls, this.#messages, this.#child.stderr];
    for (const target of targets) {
      if (target instanceof Socket || target === this.#child) alive ? target.ref() : target.unref();
    }
  }

  /** Ends the process at once. `fault`: why, when it is not its guest's doing. */
  kill(fault?: unknown): void {
    this.#fault ??= fault;
    this.#child.kill("SIGKILL");
  }

  #listen(): void {
    this.#calls.on("data", (chunk: Buffer) => {
      this.#assembler.push(chunk);
      this.#drain();
    });
    // An end that breaks off shows as the process's death, which is reported once.
    for (const socket of [this.#calls, this.#messages]) socket.on("error", () => this.kill());
    this.#calls.on("end", () => this.kill());
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = Buffer.concat([this.#stderr, chunk]).subarray(-STDERR_KEPT_BYTES);
    });
    this.#child.on("error", (error) => {
      this.#fault ??= error;
      if (this.#child.pid === undefined) this.#die();
    });
    this.#child.on("exit", (code, signal) => {
      this.#exited = { code, signal };
      this.resume();
      setTimeout(() => this.#die(), CLOSE_GRACE_MS).unref();
    });
    this.#child.on("close", () => this.#die());
  }

  /** Hands over what has arrived, for a short while; a cell that sends more waits for the host's other work. */
  #drain(): void {
    const until = performance.now() + SLICE_MS;
    try {
      while (!this.#paused && this.#fault === undefined) {
        const body = this.#assembler.next();
        if (body === undefined) return;
        this.#events.onFrame(body);
        if (performance.now() > until) this.#yield();
      }
    } catch (error) {
      this.kill(error);
    }
  }

  #yield(): void {
    this.pause();
    this.#later = setImmediate(() => this.resume());
  }

  #die(): void {
    if (this.#dead) return;
    this.#dead = true;
    clearImmediate(this.#later);
    this.#calls.destroy();
    this.#messages.destroy();
    this.#child.stderr?.destroy();
    this.#events.onDeath({
      exitCode: this.#exited?.code ?? null,
      signal: this.#exited?.signal ?? null,
      stderr: this.#stderr.toString("latin1"),
      fault: this.#fault,
    });
  }
}

function socketOf(child: ChildProcess, descriptor: number): Socket {
  const stream = child.stdio[descriptor];
  if (stream instanceof Socket) return stream;
  throw new TypeError("A pipe to a child process is expected to be a socket");
}
