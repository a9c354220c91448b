import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { FrameAssembler } from "../channel/frame-assembler.ts";
import type { GuestKind } from "../channel/guest-kind.ts";
import { IDLE_FRAME_BYTES, PROTOCOL_VERSION, WireError, ZYGOTE_DESCRIPTOR } from "../channel/protocol.ts";
import { WireWriter } from "../channel/wire-writer.ts";
import {
  decodeZygoteNotice,
  encodeZygoteOrder,
  type ZygoteNotice,
  type ZygoteOrder,
} from "../channel/zygote-message.ts";
import type { CellCommand } from "./cell-command.ts";
import { CellListener } from "./cell-listener.ts";
import type { CellProcess, CellProcessEvents } from "./cell-process.ts";
import { childSocket } from "./child-socket.ts";
import { ForkedProcess } from "./forked-process.ts";
import { lowerProcessPriority } from "./process-priority.ts";

/** How long a zygote may take to boot a guest, in milliseconds. */
const START_TIMEOUT_MS = 30_000;

/** How long it may take to leave, in milliseconds. */
const LEAVE_TIMEOUT_MS = 500;

export interface ZygoteProcessOptions {
  readonly command: CellCommand;
  /** Of the first guest that copies have. */
  readonly guestKind: GuestKind;
  /** How many guests of one kind a copy is to have. */
  readonly guestsPerCopy: number;
  /** A guest of this kind is there: copies can be had. */
  readonly onPrepared: (guestKind: GuestKind) => void;
  /** It is gone, and so are its copies; called once. `problem`: why, when nobody has disposed of it. */
  readonly onEnd: (problem: string | undefined) => void;
}

interface Copy {
  readonly process: ForkedProcess;
  forget(): void;
}

/** A zygote, as the host sees it: it prepares guests, and makes copies of itself that have them. */
export class ZygoteProcess {
  readonly #options: ZygoteProcessOptions;
  readonly #child: ChildProcess;
  readonly #channel: Socket;
  readonly #listener: CellListener;
  readonly #assembler: FrameAssembler = new FrameAssembler(IDLE_FRAME_BYTES);
  readonly #writer: WireWriter = new WireWriter();
  readonly #copies: Map<number, Copy> = new Map();
  /** How many guests of each kind a copy has. */
  readonly #prepared: Map<GuestKind, number> = new Map();
  readonly #asked: Set<GuestKind> = new Set();
  readonly #gone: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #timer: NodeJS.Timeout;
  /** One at a time, so that no copy has seen the secret of one to come. */
  readonly #waitingForks: { readonly child: number; readonly token: Uint8Array }[] = [];
  #forking = false;
  #lastCopy = 0;
  #holders = 0;
  #hasConfinedCopy = false;
  #ended = false;
  #disposed = false;
  #problem: string | undefined;

  constructor(options: ZygoteProcessOptions) {
    this.#options = options;
    const { execPath, args, niceness = 0 } = options.command;
    this.#child = spawn(execPath, args, { cwd: "/", env: {}, stdio: ["ignore", "ignore", "ignore", "pipe"] });
    // Its copies have what it has.
    if (niceness > 0 && this.#child.pid !== undefined) lowerProcessPriority(this.#child.pid, niceness);
    this.#channel = childSocket(this.#child, ZYGOTE_DESCRIPTOR) ?? new Socket().destroy();
    this.#listener = new CellListener((error) => this.#kill(error.message));
    this.#timer = setTimeout(() => this.#kill("it did not start in time"), START_TIMEOUT_MS).unref();
    this.#listen();
    this.#keepAlive(false);
    this.#say({ kind: "hello", protocol: PROTOCOL_VERSION, address: this.#listener.address });
    this.prepare(options.guestKind);
  }

  /** How many booted guests of this kind a copy has that is made now. */
  guests(guestKind: GuestKind): number {
    return this.#ended ? 0 : (this.#prepared.get(guestKind) ?? 0);
  }

  /** Whether the kernel has confined a copy of it. */
  get hasConfinedCopy(): boolean {
    return this.#hasConfinedCopy;
  }

  /** The kernel has confined a copy of it. */
  confinedCopy(): void {
    this.#hasConfinedCopy = true;
  }

  /** Has copies that are made later have a guest of this kind. */
  prepare(guestKind: GuestKind): void {
    if (this.#asked.has(guestKind)) return;
    this.#asked.add(guestKind);
    this.#say({ kind: "prepare", guestKind, guests: this.#options.guestsPerCopy });
  }

  /** Makes a copy. */
  fork(events: CellProcessEvents): CellProcess {
    this.#lastCopy += 1;
    const child = this.#lastCopy;
    const { token, forget } = this.#listener.expect((connections) => copy.connect(connections));
    const copy = new ForkedProcess(events, {
      zygote: this.#child.pid ?? 0,
      onStranger: () => this.#kill("it took another process for a copy of it"),
      hold: (alive) => this.#hold(alive),
      onBuried: () => this.#bury(child),
    });
    this.#copies.set(child, { process: copy, forget });
    if (this.#ended) setImmediate(() => copy.ended(undefined));
    else {
      this.#waitingForks.push({ child, token });
      this.#forkNext();
    }
    return copy;
  }

  /** Ends it and its copies. Settles when it is gone. Idempotent. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    if (!this.#ended) {
      this.#keepAlive(true);
      // It reads its last orders, which let go of its copies, and leaves at their end.
      this.#channel.end();
      setTimeout(() => this.#kill(), LEAVE_TIMEOUT_MS).unref();
    }
    await this.#gone.promise;
    // libuv lets go of a process at the end of the turn after the one in which it was reaped.
    await nextTurn();
    await nextTurn();
  }

  #listen(): void {
    this.#channel.on("data", (chunk: Buffer) => {
      try {
        this.#assembler.push(chunk);
        for (let body = this.#assembler.next(); body !== undefined; body = this.#assembler.next())
          this.#take(decodeZygoteNotice(body));
      } catch (error) {
        this.#kill(error instanceof WireError ? "it broke the rules of its channel" : String(error));
      }
    });
    this.#channel.on("error", () => this.#hangUp());
    this.#channel.on("end", () => this.#hangUp());
    this.#child.on("error", (error: NodeJS.ErrnoException) => {
      const isThere = this.#child.pid !== undefined;
      this.#problem ??= isThere ? error.message : `it could not be started (${error.code ?? error.name})`;
      if (!isThere) this.#end();
    });
    this.#child.on("close", (code, signal) => {
      this.#problem ??= `it ended with ${signal === null ? `exit code ${code}` : `signal ${signal}`}`;
      this.#end();
    });
  }

  #take(notice: ZygoteNotice): void {
    if (notice.kind === "prepared") {
      if (!this.#asked.has(notice.guestKind)) throw new WireError("A zygote has prepared what nobody asked for");
      clearTimeout(this.#timer);
      const isFirst = !this.#prepared.has(notice.guestKind);
      this.#prepared.set(notice.guestKind, notice.guests);
      if (isFirst) this.#options.onPrepared(notice.guestKind);
      return;
    }
    if (notice.kind === "fault") {
      this.#problem ??= notice.message;
      return;
    }
    const copy = this.#copies.get(notice.child);
    if (copy === undefined) throw new WireError("A zygote tells of a copy that nobody asked for");
    if (notice.kind === "forked") {
      if (!copy.process.named(notice.pid)) throw new WireError("A zygote names a copy that it need not name");
      this.#forking = false;
      this.#forkNext();
    } else copy.process.ended(notice);
  }

  #forkNext(): void {
    if (this.#forking) return;
    const next = this.#waitingForks.shift();
    if (next === undefined) return;
    this.#forking = true;
    this.#say({ kind: "fork", ...next });
  }

  #bury(child: number): void {
    this.#copies.get(child)?.forget();
    this.#copies.delete(child);
    if (!this.#ended) this.#say({ kind: "bury", child });
  }

  #say(order: ZygoteOrder): void {
    if (!this.#channel.destroyed) this.#channel.write(Buffer.from(encodeZygoteOrder(this.#writer, order)));
  }

  #hold(alive: boolean): void {
    this.#holders += alive ? 1 : -1;
    if (!this.#disposed) this.#keepAlive(this.#holders > 0);
  }

  #keepAlive(alive: boolean): void {
    alive ? this.#child.ref() : this.#child.unref();
    // One that is closed would remember each for when it is connected.
    if (!this.#channel.destroyed) alive ? this.#channel.ref() : this.#channel.unref();
  }

  #hangUp(): void {
    for (const { process: copy } of this.#copies.values()) copy.abandoned();
    this.#kill();
  }

  #kill(problem?: string): void {
    this.#problem ??= problem;
    this.#child.kill("SIGKILL");
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#channel.destroy();
    // The kernel has ended them with it.
    for (const { process: copy } of [...this.#copies.values()]) copy.ended(undefined);
    this.#listener.close();
    this.#gone.resolve();
    this.#options.onEnd(this.#disposed ? undefined : this.#problem);
  }
}
