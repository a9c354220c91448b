import { VivariumError } from "@vivarium/core";
import type { GuestKind } from "../channel/guest-kind.ts";
import type { CellCommand } from "./cell-command.ts";
import { ZygoteProcess } from "./zygote-process.ts";

/** After so many zygotes that ended by themselves, there is none for a while: it takes a core to start one. */
const MOST_FAILURES = 3;
/** How long a failure counts, in milliseconds: what was wrong with the machine may have passed. */
const FAILURE_MS = 60_000;

export interface SharedZygoteOptions {
  /** Undefined where processes cannot be forked. */
  readonly command: CellCommand | undefined;
  /** How many guests of one kind a copy is to have. */
  readonly guestsPerCopy: number;
  /** How long it outlives its last user, in milliseconds. */
  readonly idleTimeMs: number;
}

/** A driver, as far as its zygote knows it. */
export interface ZygoteUser {
  /** Copies can be had at once from now on, with a guest of one more kind. */
  onPrepared(): void;
  /** The zygote has ended by itself. */
  onLost(error: VivariumError): void;
}

/**
 * The zygote of every driver of one factory: it has seen no program and knows no driver, so that all of them may have
 * copies of it. It is started when one is first wanted, and ends when nobody has used it for a while.
 */
export class SharedZygote {
  readonly #options: SharedZygoteOptions;
  readonly #users: Set<ZygoteUser> = new Set();
  #zygote: ZygoteProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  /** Settles when all that were told to end are gone. */
  #ending: Promise<unknown> = Promise.resolve();
  #isAbandoned = false;
  /** When zygotes have ended by themselves. */
  #failures: number[] = [];
  /** Settles when one has a guest of one more kind, or is gone. */
  #change: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(options: SharedZygoteOptions) {
    this.#options = options;
  }

  /** Undefined as long as there is none that has a guest of this kind. */
  with(guestKind: GuestKind): ZygoteProcess | undefined {
    return this.#zygote === undefined || this.#zygote.guests(guestKind) === 0 ? undefined : this.#zygote;
  }

  /** Whether it runs, or is being started. */
  get isStarted(): boolean {
    return this.#zygote !== undefined;
  }

  join(user: ZygoteUser): void {
    clearTimeout(this.#idle);
    this.#users.add(user);
  }

  /** Idempotent. */
  async leave(user: ZygoteUser): Promise<void> {
    if (!this.#users.delete(user) || this.#users.size > 0) return;
    const { idleTimeMs } = this.#options;
    // Also for one that was abandoned before.
    if (idleTimeMs === 0 || this.#isAbandoned) await this.#end();
    else this.#idle = setTimeout(() => void this.#end(), idleTimeMs).unref();
  }

  /** There is none from here on. */
  abandon(): void {
    this.#isAbandoned = true;
    void this.#end();
  }

  /** Sees to it that there is one that has a guest of this kind. It takes a core for half a second. */
  warm(guestKind: GuestKind): void {
    const { command, guestsPerCopy } = this.#options;
    if (command === undefined || this.#isAbandoned || this.#users.size === 0 || this.#hasFailed()) return;
    try {
      this.#zygote ??= new ZygoteProcess({
        command,
        guestKind,
        guestsPerCopy,
        onPrepared: () => {
          this.#changed();
          for (const user of this.#users) user.onPrepared();
        },
        onEnd: (problem) => this.#lose(problem),
      });
    } catch (error) {
      // A machine without memory refuses at once. Cells can be had without it, and whoever asks may have just ended a run.
      this.#lose(`it could not be started (${error instanceof Error ? error.name : "unknown"})`);
      return;
    }
    this.#zygote.prepare(guestKind);
  }

  /** Sees to it as {@link warm} does; settles when there is one that has such a guest, or none is to be had. */
  async warmed(guestKind: GuestKind): Promise<void> {
    this.warm(guestKind);
    while (this.#zygote !== undefined && this.with(guestKind) === undefined) await this.#change.promise;
  }

  /**
   * A copy of it ended since the kernel had not confined it. Where it has confined none, what failed is a step that the
   * zygote had taken for all of them: another may be luckier.
   */
  distrust(zygote: ZygoteProcess): void {
    if (zygote !== this.#zygote || zygote.hasConfinedCopy) return;
    this.#failures.push(performance.now());
    void this.#end();
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  #hasFailed(): boolean {
    const since = performance.now() - FAILURE_MS;
    this.#failures = this.#failures.filter((time) => time > since);
    return this.#failures.length >= MOST_FAILURES;
  }

  async #end(): Promise<void> {
    const zygote = this.#zygote;
    this.#zygote = undefined;
    this.#changed();
    this.#ending = Promise.all([this.#ending, zygote?.dispose()]);
    await this.#ending;
  }

  #lose(problem: string | undefined): void {
    if (problem === undefined) return;
    this.#zygote = undefined;
    this.#changed();
    this.#failures.push(performance.now());
    const error = new VivariumError("ERR_CELL_FAILED", {
      problem: `the process that cells are copied from: ${problem}`,
    });
    for (const user of this.#users) user.onLost(error);
  }
}
