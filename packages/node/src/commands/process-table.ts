import { readdir, readFile } from "node:fs/promises";

/** By this variable an executor finds the processes of a command. */
export const MARK = "VIVARIUM_COMMAND";

/** A process as Linux tells of it in `/proc/<pid>/stat` (proc_pid_stat(5)). */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** When it began, in ticks since the machine did: tells it from a later one with the same number. */
  readonly startTime: number;
  readonly isZombie: boolean;
  /** The value of {@link MARK} in the environment in which it was seen first. */
  readonly mark: string | undefined;
}

interface KnownMark {
  readonly startTime: number;
  readonly mark: string | undefined;
}

/** The processes of this machine that have begun since somebody began to look at them; none where there is no `/proc`. */
export class ProcessTable {
  /** Those that there were before. */
  #earlier: Promise<ReadonlySet<number>> | undefined;
  #marks: Map<number, KnownMark> = new Map();
  #running: Promise<readonly ProcessEntry[]> | undefined;
  #next: Promise<readonly ProcessEntry[]> | undefined;

  /** Takes those that there are now for none of anybody's. */
  async begin(): Promise<void> {
    this.#earlier ??= processNumbers().then((pids) => new Set(pids));
    await this.#earlier;
  }

  /** Nobody looks any more. */
  end(): void {
    this.#earlier = undefined;
    this.#marks = new Map();
  }

  /** What there is: read after this was called, once for all who ask meanwhile. */
  look(): Promise<readonly ProcessEntry[]> {
    if (this.#running === undefined) return this.#begin();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#begin();
    });
    return this.#next;
  }

  #begin(): Promise<readonly ProcessEntry[]> {
    const running = this.#read().finally(() => {
      this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #read(): Promise<readonly ProcessEntry[]> {
    const earlier = await this.#earlier;
    const pids = (await processNumbers()).filter((pid) => earlier?.has(pid) !== true);
    const entries = await Promise.all(pids.map((pid) => this.#entry(pid)));
    const found = entries.filter((entry) => entry !== undefined);
    this.#marks = new Map(found.map(({ pid, startTime, mark }) => [pid, { startTime, mark }]));
    return found;
  }

  async #entry(pid: number): Promise<ProcessEntry | undefined> {
    const stat = await readStat(pid);
    if (stat === undefined) return undefined;
    const known = this.#marks.get(pid);
    const mark = known?.startTime === stat.startTime ? known.mark : await readMark(pid);
    return { ...stat, mark };
  }
}

async function processNumbers(): Promise<readonly number[]> {
  try {
    return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  } catch {
    return [];
  }
}

/** Fields of the line, from behind the name. */
const PARENT = 1;
const GROUP = 2;
const SESSION = 3;
const START_TIME = 19;

async function readStat(pid: number): Promise<Omit<ProcessEntry, "mark"> | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, "latin1");
    // The name before may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const number = (index: number): number => Number(fields[index]);
    return {
      pid,
      parent: number(PARENT),
      group: number(GROUP),
      session: number(SESSION),
      startTime: number(START_TIME),
      isZombie: fields[0] === "Z" || fields[0] === "X",
    };
  } catch {
    return undefined;
  }
}

async function readMark(pid: number): Promise<string | undefined> {
  try {
    const variables = (await readFile(`/proc/${pid}/environ`, "latin1")).split("\0");
    return variables.find((variable) => variable.startsWith(`${MARK}=`))?.slice(MARK.length + 1);
  } catch {
    return undefined;
  }
}
