import { fileURLToPath } from "node:url";
import { MessageChannel, Worker, type WorkerOptions } from "node:worker_threads";
import { VivariumError } from "@vivarium/core";
import { PARKED } from "@vivarium/guest-node";
import { createThreadWords, THREAD_WORDS, type ThreadWords } from "../channel/thread-words.ts";
import type { CellProcessEvents } from "../process/cell-process.ts";
import { ChannelledProcess } from "../process/channelled-process.ts";
import { threadCpuTimeMs } from "../process/process-cpu-time.ts";
import { lowerThreadPriority } from "../process/process-priority.ts";
import type { ProcessSize } from "../process/process-size.ts";
import { sourceEntry, sourceOptions } from "../source-options.ts";
import type { CellThreadData } from "./cell-thread-data.ts";
import type { LiveThreads } from "./live-threads.ts";
import { PARKS } from "./lost-threads.ts";
import { PortEnd, SentBytes } from "./port-end.ts";
import { forgetThreadSize, threadSize } from "./thread-size.ts";

/** Old generation of a cell's own heap, in MiB; what its guests hold is counted for each of them. */
const OWN_HEAP_MIB = 256;
/** How long the ports of a thread that has ended may stay open, in milliseconds. */
const CLOSE_GRACE_MS = 1000;
/** How often it is asked whether a thread that somebody waits for sleeps for ever, in milliseconds. */
const LOOK_EVERY_MS = 20;
/** How long a thread that is to end may take, in milliseconds, before its cell counts as gone without it. */
const END_GRACE_MS = 250;

const fromSources = import.meta.url.endsWith(".ts");
/** Sources run as they are, built packages as they were built: the entry stands beside this file in both. */
const entry = fromSources
  ? sourceEntry("cell/worker-main")
  : fileURLToPath(new URL("./cell/worker-main.js", import.meta.url));

/** A cell that is a thread of this process. */
export class WorkerThread extends ChannelledProcess {
  readonly #worker: Worker;
  readonly #words: ThreadWords = createThreadWords();
  readonly #live: LiveThreads;
  #exitCode: number | null = null;
  #hasExited = false;
  #hasClosed = false;
  #ending: NodeJS.Timeout | undefined;
  #look: NodeJS.Timeout | undefined;
  /** What the thread died of; V8's words are read as those of a process's stderr are. */
  #lastWords = "";

  constructor(events: CellProcessEvents, live: LiveThreads) {
    super(events);
    live.assertRoom();
    this.#live = live;
    const [calls, messages] = [new MessageChannel(), new MessageChannel()];
    const data: CellThreadData = { calls: calls.port2, events: messages.port2, words: this.#words, parks: PARKS };
    this.#worker = startThread({
      workerData: data,
      transferList: [calls.port2, messages.port2],
      env: {},
      // Of the cell itself, as a process's: for the cryptography of its guests.
      execArgv: ["--expose-internals", ...(fromSources ? sourceOptions() : [])],
      argv: [],
      stdin: false,
      // What a cell itself prints is for nobody: read, it would keep the host alive.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: OWN_HEAP_MIB },
      name: "vivarium cell",
    });
    this.#live.add(this.#worker, () => ({ mark: this.#mark, systemThread: this.#systemThread }));
    this.#watch(true);
    this.#listen();
    const sent = new SentBytes();
    const end = new PortEnd(calls.port1, this.#words, sent, true);
    end.on("end", () => this.#close());
    this.channel.connect(end, new PortEnd(messages.port1, this.#words, sent, false));
  }

  /** It has no process of its own. */
  override get pid(): undefined {
    return undefined;
  }

  protected override lower(niceness: number): void {
    const thread = this.#systemThread;
    if (thread !== 0 && !this.#hasExited) lowerThreadPriority(thread, niceness);
  }

  /** A thread cannot be stopped: it may be about to take what the others of its process wait for. */
  protected override get canBeSuspended(): boolean {
    return false;
  }

  protected override signal(): void {}

  override cpuTimeMs(): number | undefined {
    const thread = this.#systemThread;
    return thread === 0 || this.#hasExited ? undefined : threadCpuTimeMs(thread);
  }

  override size(): ProcessSize | undefined {
    const thread = this.#systemThread;
    return thread === 0 || this.dead || this.#hasExited ? undefined : threadSize(thread);
  }

  override keepAlive(alive: boolean): void {
    this.channel.keepAlive(alive);
    if (alive) this.#worker.ref();
    else this.#worker.unref();
    this.#watch(alive);
  }

  get #mark(): number {
    return Atomics.load(this.#words, THREAD_WORDS.mark);
  }

  get #systemThread(): number {
    return Atomics.load(this.#words, THREAD_WORDS.systemThread);
  }

  /** A thread that sleeps for ever cannot say so. */
  #watch(on: boolean): void {
    clearInterval(this.#look);
    this.#look = undefined;
    if (!on || this.dead || this.#hasExited) return;
    this.#look = setInterval(() => {
      const reason = this.#live.parkedFor(this.#mark);
      if (reason !== 0) this.#giveUp(reason);
    }, LOOK_EVERY_MS).unref();
  }

  #giveUp(reason: number): void {
    this.#watch(false);
    this.#live.giveUp(this.#worker);
    clearTimeout(this.#ending);
    const stderr = reason === PARKED.outOfMemory ? "out of memory" : "";
    if (this.bury()) this.tellDeath({ exitCode: null, signal: "SIGABRT", stderr });
  }

  protected override end(): void {
    if (this.#ending !== undefined || this.#hasExited) return;
    Atomics.store(this.#words, THREAD_WORDS.ending, 1);
    this.#live.end(this.#worker);
    // A function of V8's that does not listen is waited for by whoever waits for the thread, not by whoever waits for the run.
    this.#ending = setTimeout(() => this.#die(), END_GRACE_MS);
  }

  #listen(): void {
    this.#worker.on("error", (error: unknown) => {
      this.#lastWords = error instanceof Error ? error.message : String(error);
    });
    this.#worker.on("exit", (code) => {
      this.#hasExited = true;
      this.#watch(false);
      forgetThreadSize(this.#systemThread);
      this.#exitCode = code;
      this.resume();
      if (this.#hasClosed) this.#die();
      else setTimeout(() => this.#die(), CLOSE_GRACE_MS).unref();
    });
  }

  /** Everything that it had sent has been heard. */
  #close(): void {
    this.#hasClosed = true;
    if (this.#hasExited) this.#die();
  }

  #die(): void {
    clearTimeout(this.#ending);
    this.#watch(false);
    // Whether a function of V8's ever comes back, nobody knows.
    if (!this.#hasExited) this.#worker.unref();
    if (this.bury()) this.tellDeath({ exitCode: this.#exitCode, signal: null, stderr: this.#lastWords });
  }
}

/** @throws VivariumError `ERR_CELL_FAILED` when the process can have no further thread */
function startThread(options: WorkerOptions): Worker {
  try {
    return new Worker(entry, options);
  } catch (cause) {
    throw new VivariumError("ERR_CELL_FAILED", { problem: "its thread could not be started" }, { cause });
  }
}
