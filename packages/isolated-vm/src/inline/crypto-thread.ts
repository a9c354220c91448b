import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { CallFailure, type ChargeWork, type CryptoEngine } from "@vivarium/kernel";
import { sourceEntry, sourceOptions } from "../source-options.ts";
import type { CryptoAnswer, CryptoJobAnswer, CryptoRequest, CryptoThreadData } from "./crypto-messages.ts";

const fromSources = import.meta.url.endsWith(".ts");
/** Sources run as they are, built packages as they were built: the entry stands beside this file in both. */
const entry = fromSources
  ? sourceEntry("inline/crypto-thread-main")
  : fileURLToPath(new URL("./inline/crypto-thread-main.js", import.meta.url));

/**
 * The thread of this process on which cryptography of inline guests is done. Node's own binding, which Node's library in a
 * guest expects, is only to be had where Node was started for it, as the host's own thread was not. It keeps no process alive.
 */
class CryptoThread {
  readonly #worker: Worker;
  readonly #calls: MessagePort;
  readonly #jobs: MessagePort;
  readonly #words: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(4));
  readonly #pending: Map<number, (answer: CryptoAnswer) => void> = new Map();
  #lastGuest = 0;
  #lastJob = 0;

  constructor() {
    const [calls, jobs] = [new MessageChannel(), new MessageChannel()];
    this.#calls = calls.port1;
    this.#jobs = jobs.port1;
    const data: CryptoThreadData = { calls: calls.port2, jobs: jobs.port2, words: this.#words };
    this.#worker = new Worker(entry, {
      workerData: data,
      transferList: [calls.port2, jobs.port2],
      env: {},
      execArgv: ["--expose-internals", ...(fromSources ? sourceOptions() : [])],
      argv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      name: "vivarium cryptography",
    });
    this.#worker.unref();
    this.#jobs.on("message", ({ job, answer }: CryptoJobAnswer) => {
      this.#pending.get(job)?.(answer);
      this.#pending.delete(job);
      if (this.#pending.size === 0) this.#jobs.unref();
    });
    this.#jobs.unref();
  }

  nextGuest(): number {
    this.#lastGuest += 1;
    return this.#lastGuest;
  }

  async end(): Promise<void> {
    this.#calls.close();
    this.#jobs.close();
    await this.#worker.terminate();
  }

  /** Waits for the answer. */
  ask(request: CryptoRequest): Uint8Array | boolean {
    Atomics.store(this.#words, 0, 0);
    this.#calls.postMessage(request);
    while (Atomics.load(this.#words, 0) === 0) Atomics.wait(this.#words, 0, 0);
    return given((receiveMessageOnPort(this.#calls) as { readonly message: CryptoAnswer }).message);
  }

  job(guest: number, object: number): Promise<Uint8Array> {
    this.#lastJob += 1;
    const job = this.#lastJob;
    this.#jobs.ref();
    this.#jobs.postMessage({ job, guest, object });
    return new Promise((resolve, reject) => {
      this.#pending.set(job, (answer) => {
        try {
          resolve(given(answer) as Uint8Array);
        } catch (error) {
          reject(error);
        }
      });
    });
  }
}

/** Cryptography for the inline guests of one runtime driver, on a thread that starts when the first of them asks for any. */
export class CryptoThreads {
  #thread: CryptoThread | undefined;

  /** @param charge takes what the guest waits for as its CPU time */
  open(charge: ChargeWork): CryptoEngine {
    this.#thread ??= new CryptoThread();
    return new ThreadCryptoEngine(this.#thread, charge);
  }

  /** Ends the thread; no guest is left by then. */
  async dispose(): Promise<void> {
    await this.#thread?.end();
    this.#thread = undefined;
  }
}

class ThreadCryptoEngine implements CryptoEngine {
  readonly #thread: CryptoThread;
  readonly #guest: number;
  readonly #charge: ChargeWork;
  #isOver = false;

  constructor(thread: CryptoThread, charge: ChargeWork) {
    this.#thread = thread;
    this.#guest = thread.nextGuest();
    this.#charge = charge;
  }

  call(object: number, name: string, bytes: Uint8Array): Uint8Array {
    return this.#ask({ kind: "call", guest: this.#guest, object, name, bytes }) as Uint8Array;
  }

  update(object: number, bytes: Uint8Array): boolean {
    return this.#ask({ kind: "update", guest: this.#guest, object, bytes }) === true;
  }

  async job(object: number, charge: ChargeWork): Promise<Uint8Array> {
    const began = performance.now();
    const bytes = await this.#thread.job(this.#guest, object);
    charge(performance.now() - began);
    return bytes;
  }

  /** What goes on there holds up nobody but the guests of its thread. */
  get isWorking(): boolean {
    return false;
  }

  close(object: number): void {
    this.#ask({ kind: "close", guest: this.#guest, object });
  }

  dispose(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#thread.ask({ kind: "dispose", guest: this.#guest });
  }

  #ask(request: CryptoRequest): Uint8Array | boolean {
    if (this.#isOver) throw new CallFailure("ECANCELED");
    const began = performance.now();
    try {
      return this.#thread.ask(request);
    } finally {
      this.#charge(performance.now() - began);
    }
  }
}

function given(answer: CryptoAnswer): Uint8Array | boolean {
  if ("refused" in answer) throw new CallFailure(answer.refused);
  return answer.value;
}
