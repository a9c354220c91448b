import { readFileSync } from "node:fs";

/*
 * What a thread takes of its process's memory, no system tells. What Linux does tell is how large the process is, and how
 * many pages each of its threads has had made for it: a process grows by the pages that its threads touch first. So each
 * thread is charged with its share of what the process has grown by, as its new pages stand to everybody's.
 */

const PAGE_BYTES = 4096;
/** A page may be a huge one where the system makes them unasked. */
const HUGE_PAGE_BYTES = 2 ** 21;
/** Fields of proc_pid_stat(5), counted from the one after the command. */
const MINOR_FAULTS_FIELD = 7;
/** More often than so, in milliseconds, nothing is read: several guests may be asked about at a time. */
const READ_EVERY_MS = 10;

interface Share {
  faults: number;
  bytes: number;
}

/** What {@link ThreadShares} looks at. */
export interface SizeSource {
  /** Memory that this process occupies, in bytes. */
  processBytes(): number | undefined;
  /** Pages that have been made for this process, all of its threads together. */
  processFaults(): number | undefined;
  /** Pages that have been made for one of its threads, by the system's number for it. */
  threadFaults(thread: number): number | undefined;
  /** The largest of them, in bytes. */
  readonly largestPage: number;
}

/** By how many bytes some threads of this process have made it grow. */
export class ThreadShares {
  readonly #source: SizeSource;
  readonly #shares: Map<number, Share> = new Map();
  #bytes = 0;
  #faults = 0;
  #readAt = Number.NEGATIVE_INFINITY;
  /** What threads that have ended were charged with, and the process has not let go of yet. */
  #leaving = 0;

  constructor(source: SizeSource = linuxSizes) {
    this.#source = source;
  }

  /** Bytes that a thread is charged with, from the first time on that it is asked about. Undefined where no system tells. */
  of(thread: number): number | undefined {
    const faults = this.#source.threadFaults(thread);
    if (faults === undefined || !this.#read()) return undefined;
    const share = this.#shares.get(thread);
    if (share === undefined) this.#shares.set(thread, { faults, bytes: 0 });
    return share?.bytes ?? 0;
  }

  /** Charges every thread that is asked about with so much more. */
  chargeAll(bytes: number): void {
    for (const share of this.#shares.values()) share.bytes += bytes;
  }

  /** The thread has ended. What it was charged with is free, or soon will be. */
  forget(thread: number): void {
    this.#leaving += this.#shares.get(thread)?.bytes ?? 0;
    this.#shares.delete(thread);
  }

  #read(): boolean {
    const now = performance.now();
    if (now - this.#readAt < READ_EVERY_MS) return true;
    const bytes = this.#source.processBytes();
    const faults = this.#source.processFaults();
    if (bytes === undefined || faults === undefined) return false;
    const [grown, made] = [bytes - this.#bytes, faults - this.#faults];
    const isFirst = this.#readAt === Number.NEGATIVE_INFINITY;
    this.#bytes = bytes;
    this.#faults = faults;
    this.#readAt = now;
    this.#charge(isFirst ? 0 : grown, made);
    return true;
  }

  #charge(grown: number, made: number): void {
    for (const [thread, share] of this.#shares) {
      const faults = this.#source.threadFaults(thread) ?? share.faults;
      const own = faults - share.faults;
      share.faults = faults;
      if (grown > 0 && made > 0) share.bytes += Math.min((grown * own) / made, own * this.#source.largestPage);
    }
    if (grown < 0) this.#release(-grown);
  }

  /** Who has let go of it, nobody knows: each of them, as they are charged. */
  #release(released: number): void {
    const bytes = Math.max(0, released - this.#leaving);
    this.#leaving = Math.max(0, this.#leaving - released);
    let charged = 0;
    for (const share of this.#shares.values()) charged += share.bytes;
    if (charged === 0) return;
    const kept = Math.max(0, 1 - bytes / charged);
    for (const share of this.#shares.values()) share.bytes *= kept;
  }
}

const linuxSizes: SizeSource = {
  processBytes: () => (process.platform === "linux" ? process.memoryUsage.rss() : undefined),
  processFaults: () => faultsIn("/proc/self/stat"),
  threadFaults: (thread) => faultsIn(`/proc/self/task/${thread}/stat`),
  get largestPage() {
    largest ??= readLargestPage();
    return largest;
  },
};

let largest: number | undefined;

function readLargestPage(): number {
  try {
    const choice = readFileSync("/sys/kernel/mm/transparent_hugepage/enabled", "latin1");
    return choice.includes("[always]") ? HUGE_PAGE_BYTES : PAGE_BYTES;
  } catch {
    return PAGE_BYTES;
  }
}

function faultsIn(file: string): number | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const stat = readFileSync(file, "latin1");
    // The name is in brackets and may contain anything, brackets included.
    const faults = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[MINOR_FAULTS_FIELD]);
    return Number.isFinite(faults) ? faults : undefined;
  } catch {
    return undefined;
  }
}
