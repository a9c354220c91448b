import { constants } from "node:os";
import type { CellConnections } from "./cell-listener.ts";
import type { CellProcessEvents } from "./cell-process.ts";
import { ChannelledProcess } from "./channelled-process.ts";
import { isAlive, parentOf } from "./process-fields.ts";

/** How long the connections of a process that has ended may stay open, in milliseconds. */
const CLOSE_GRACE_MS = 1000;

/** How the zygote says that a copy has ended; undefined when it cannot say it any more. */
export interface ForkedEnd {
  readonly exitCode: number;
  readonly signal: number;
  readonly stderr: Uint8Array;
}

export interface ForkedProcessOptions {
  /** The number of the process that it is a copy of. */
  readonly zygote: number;
  /** Called instead of ending a process that is no child of the zygote. */
  readonly onStranger: () => void;
  /** Whether the zygote's own channel keeps the host's event loop alive, counted per cell. */
  readonly hold: (alive: boolean) => void;
  /** Called once it is dead and everything is told: its process number may be used again. */
  readonly onBuried: () => void;
}

/** A cell's process that is a copy of a zygote. */
export class ForkedProcess extends ChannelledProcess {
  readonly #options: ForkedProcessOptions;
  #pid: number | undefined;
  #connected = false;
  #silent = false;
  #held = false;
  #wanted = true;
  #end: ForkedEnd | undefined;
  #ended = false;

  constructor(events: CellProcessEvents, options: ForkedProcessOptions) {
    super(events);
    this.#options = options;
    this.keepAlive(true);
  }

  override get pid(): number | undefined {
    return this.#pid;
  }

  /** The zygote has said which process it is. False when that had been said, or it has ended. */
  named(pid: number): boolean {
    if (this.#pid !== undefined || this.#ended) return false;
    this.#pid = pid;
    this.identified();
    if (!this.#wanted) this.kill();
    return true;
  }

  connect({ calls, events, first }: CellConnections): void {
    if (this.dead) {
      calls.destroy();
      events.destroy();
      return;
    }
    this.#connected = true;
    for (const event of ["end", "close"]) calls.once(event, () => this.#settle());
    this.channel.connect(calls, events, first);
  }

  /** It is dead; what it has said is still to be heard to the end. Undefined: the zygote is dead too. */
  ended(end: ForkedEnd | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#end = end;
    this.#pid = undefined;
    this.resume();
    if (!this.#connected || this.#silent) this.#die();
    else setTimeout(() => this.#die(), CLOSE_GRACE_MS).unref();
  }

  override keepAlive(alive: boolean): void {
    this.channel.keepAlive(alive);
    if (alive === this.#held) return;
    this.#held = alive;
    this.#options.hold(alive);
  }

  protected override signal(name: "SIGSTOP" | "SIGCONT"): void {
    if (this.#pid === undefined) return;
    const parent = parentOf(this.#pid);
    // A host that cannot look, as it has no descriptors left, has it go on all the same: nobody else ever would.
    if (parent === this.#options.zygote || (parent === undefined && name === "SIGCONT")) signalIfThere(this.#pid, name);
  }

  protected override end(): void {
    this.#wanted = false;
    if (this.#pid === undefined) return;
    const { zygote, onStranger } = this.#options;
    const parent = parentOf(this.#pid);
    // A host that cannot look, as it has no descriptors left, is to be rid of it all the same.
    if (parent === zygote || parent === undefined) signalIfThere(this.#pid, "SIGKILL");
    // One whose zygote has ended has another parent, and ends too.
    else if (isAlive(zygote)) onStranger();
  }

  /** Its zygote is gone, and the kernel ends it: its number may be another's at any moment. */
  abandoned(): void {
    this.#pid = undefined;
  }

  /** Everything that it had sent has been heard. */
  #settle(): void {
    this.#silent = true;
    if (this.#ended) this.#die();
  }

  #die(): void {
    if (!this.bury()) return;
    this.keepAlive(false);
    this.#options.onBuried();
    const end = this.#end;
    this.tellDeath({
      exitCode: end === undefined || end.signal !== 0 ? null : end.exitCode,
      signal: end === undefined ? "SIGKILL" : signalName(end.signal),
      stderr: end === undefined ? "" : Buffer.from(end.stderr).toString("latin1"),
    });
  }
}

/** The zygote keeps the number taken until the end of the process has been acknowledged; without it, nobody does. */
function signalIfThere(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function signalName(number: number): string | null {
  if (number === 0) return null;
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `${number}`;
}
