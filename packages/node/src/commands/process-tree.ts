import { hasVariable, type ProcessEntry, processEntry, processNumbers } from "./process-table.ts";

/** What all processes of a command have in common, unless one does away with it. */
export interface TreeMark {
  /** The command's own process: the first of its group and of its session. */
  readonly pid: number;
  /** A variable, `name=value`, that no other process on the machine has. */
  readonly variable: string;
  /** Processes that there were before it began: none of them is its own. */
  readonly earlier: ReadonlySet<number>;
}

/** A tree that grows while it is ended is ended again, at most so often. */
const MOST_SWEEPS = 100;

/**
 * The processes that a command has started, directly or not: those in its group or session, those that have its variable,
 * and children of any of these or of one that was seen before. One is lost that leaves the session, clears its
 * environment and whose parents end, all between two looks.
 */
export class ProcessTree {
  readonly #mark: TreeMark;
  /** When those began that were seen before, by their numbers. */
  readonly #seen: Map<number, number> = new Map();
  /** Processes that are none of the command's, by when they began: the next look need not ask again. */
  readonly #strangers: Map<number, number> = new Map();

  constructor(mark: TreeMark) {
    this.#mark = mark;
  }

  /** All that are alive. */
  async members(): Promise<readonly ProcessEntry[]> {
    const candidates = (await processNumbers()).filter((pid) => !this.#mark.earlier.has(pid));
    const known = await Promise.all(candidates.map((pid) => processEntry(pid)));
    const entries = known.filter((entry) => entry !== undefined);
    const members = new Map<number, ProcessEntry>();
    for (const entry of entries) if (await this.#isOwn(entry)) members.set(entry.pid, entry);
    // In any order: as long as a parent is found, its children may be.
    for (let before = -1; before < members.size; ) {
      before = members.size;
      for (const entry of entries) if (members.has(entry.parent)) members.set(entry.pid, entry);
    }
    for (const { pid, startTime } of members.values()) this.#seen.set(pid, startTime);
    return [...members.values()].filter(({ isZombie }) => !isZombie);
  }

  /** Ends all of them. Settles when none is left. */
  async kill(): Promise<void> {
    signalGroup(this.#mark.pid, "SIGKILL");
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep += 1) {
      const members = await this.members();
      if (members.length === 0) return;
      // Stopped first: whoever has stopped starts no other meanwhile.
      for (const signal of ["SIGSTOP", "SIGKILL"] as const) for (const { pid } of members) send(pid, signal);
    }
  }

  async #isOwn(entry: ProcessEntry): Promise<boolean> {
    const { pid, startTime, group, session } = entry;
    if (this.#seen.get(pid) === startTime) return true;
    if (group === this.#mark.pid || session === this.#mark.pid) return true;
    if (this.#strangers.get(pid) === startTime) return false;
    const isOwn = await hasVariable(pid, this.#mark.variable);
    if (!isOwn) this.#strangers.set(pid, startTime);
    return isOwn;
  }
}

/** Sends a signal to a command's own process and to those in its group. False when there is none. */
export function signalGroup(pid: number, signal: string): boolean {
  return send(-pid, signal);
}

function send(pid: number, signal: string): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
