import { setTimeout as sleep } from "node:timers/promises";
import { holdsOneOf } from "./open-ends.ts";
import type { ProcessEntry, ProcessTable } from "./process-table.ts";

/** What all processes of a command have in common, unless one does away with it. */
export interface TreeOptions {
  /** The command's own process: the first of its group and of its session. */
  readonly pid: number;
  /** What no other command has in its environment. */
  readonly mark: string;
  /** The ends that it was given of its pipes. */
  readonly ends: ReadonlySet<string>;
  readonly table: ProcessTable;
}

/**
 * A tree that grows while it is ended is ended again, for so long at most, in milliseconds. By time, not by number: a process
 * that was killed is there until the machine has a moment for it.
 */
const LONGEST_KILL_MS = 4_000;
/** Sweeps that follow one another at once, and how long the others wait, in milliseconds. */
const QUICK_SWEEPS = 10;
const PAUSE_MS = 5;

/**
 * The processes that a command has started, directly or not: those in its group or session, those that have its mark,
 * children of any of these or of one that was seen before, and in the end those that hold an end of its pipes. One is lost
 * that leaves the session, clears its environment, closes its streams and whose parents end, all between two looks; and one that
 * leaves the first two while nobody has had a moment to see which streams its command has, before that was over.
 */
export class ProcessTree {
  readonly #options: TreeOptions;
  /** When those began that were seen before, by their numbers. */
  readonly #seen: Map<number, number> = new Map();

  constructor(options: TreeOptions) {
    this.#options = options;
  }

  /** Those of the command's that are alive, among all that there are. */
  membersOf(entries: readonly ProcessEntry[]): readonly ProcessEntry[] {
    const members = new Map(entries.filter((entry) => this.#isOwn(entry)).map((entry) => [entry.pid, entry]));
    // In any order: as long as a parent is found, its children may be.
    for (let before = -1; before < members.size; ) {
      before = members.size;
      for (const entry of entries) if (members.has(entry.parent)) members.set(entry.pid, entry);
    }
    for (const { pid, startTime } of members.values()) this.#seen.set(pid, startTime);
    return [...members.values()].filter(({ isZombie }) => !isZombie);
  }

  /** Ends all of them. Settles when none is left, or after `limitMs`. */
  async kill(limitMs: number = LONGEST_KILL_MS): Promise<void> {
    const { pid, table } = this.#options;
    const startedAt = performance.now();
    send(-pid, "SIGKILL");
    for (let sweep = 0; sweep === 0 || performance.now() - startedAt < limitMs; sweep += 1) {
      if (sweep >= QUICK_SWEEPS) await sleep(PAUSE_MS);
      const members = await this.#allOf(await table.look());
      if (members.length === 0) return;
      // Stopped first: whoever has stopped starts no other meanwhile.
      for (const signal of ["SIGSTOP", "SIGKILL"] as const) for (const member of members) send(member.pid, signal);
    }
  }

  /** Also those that have nothing of a command's any more but an end of its pipes. */
  async #allOf(entries: readonly ProcessEntry[]): Promise<readonly ProcessEntry[]> {
    const members = this.membersOf(entries);
    const others = entries.filter((entry) => !entry.isZombie && !members.includes(entry) && entry.pid !== process.pid);
    const holders = await Promise.all(
      others.map(async (entry) => ((await holdsOneOf(entry.pid, this.#options.ends)) ? [entry] : [])),
    );
    // One that is ending closes its streams first.
    for (const { pid, startTime } of holders.flat()) this.#seen.set(pid, startTime);
    return [...members, ...holders.flat()];
  }

  #isOwn({ pid, startTime, group, session, mark }: ProcessEntry): boolean {
    const { pid: own, mark: ownMark } = this.#options;
    return mark === ownMark || group === own || session === own || this.#seen.get(pid) === startTime;
  }
}

function send(pid: number, signal: string): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
