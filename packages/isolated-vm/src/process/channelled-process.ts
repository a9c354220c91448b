import type { CallAnswer } from "@vivarium/kernel";
import type { HostMessage } from "../channel/host-message.ts";
import { CellChannel } from "./cell-channel.ts";
import type { CellDeath } from "./cell-death.ts";
import type { CellProcess, CellProcessEvents } from "./cell-process.ts";
import { processCpuTimeMs } from "./process-cpu-time.ts";
import { lowerProcessPriority } from "./process-priority.ts";
import { type ProcessSize, processSize } from "./process-size.ts";

/** What all processes of cells have, whoever has started them: a channel, and one death. */
export abstract class ChannelledProcess implements CellProcess {
  protected readonly channel: CellChannel;
  /** Why it is of no use, when that is not its guest's doing; the first reason stays. */
  protected fault: unknown;
  readonly #events: CellProcessEvents;
  #dead = false;
  #niceness = 0;
  #isSuspended = false;

  constructor(events: CellProcessEvents) {
    this.#events = events;
    this.channel = new CellChannel({
      onFrame: (body) => events.onFrame(body),
      onBroken: (fault) => this.kill(fault),
    });
  }

  abstract get pid(): number | undefined;

  cpuTimeMs(): number | undefined {
    return this.pid === undefined ? undefined : processCpuTimeMs(this.pid);
  }

  size(): ProcessSize | undefined {
    return this.pid === undefined ? undefined : processSize(this.pid);
  }

  get isLowered(): boolean {
    return this.#niceness > 0;
  }

  lowerPriority(niceness: number): void {
    this.#niceness = Math.max(this.#niceness, niceness);
    if (!this.#dead) this.lower(this.#niceness);
  }

  /** See {@link lowerPriority}. */
  protected lower(niceness: number = this.#niceness): void {
    if (this.pid !== undefined && niceness > 0) lowerProcessPriority(this.pid, niceness);
  }

  suspend(isSuspended: boolean): boolean {
    if (!this.canBeSuspended) return false;
    if (this.#isSuspended !== isSuspended && !this.#dead) {
      this.#isSuspended = isSuspended;
      this.signal(isSuspended ? "SIGSTOP" : "SIGCONT");
    }
    return true;
  }

  /** Elsewhere nothing ends one that is stopped when its host has gone. */
  protected get canBeSuspended(): boolean {
    return process.platform === "linux";
  }

  /** Once it is known which process it is: what was asked for before that. */
  protected identified(): void {
    this.lower();
    if (this.#isSuspended) this.signal("SIGSTOP");
  }

  /** Does nothing to one that has ended. */
  protected abstract signal(name: "SIGSTOP" | "SIGCONT"): void;

  get backlog(): number {
    return this.channel.backlog;
  }

  get frameLimit(): number {
    return this.channel.frameLimit;
  }

  set frameLimit(bytes: number) {
    this.channel.frameLimit = bytes;
  }

  protected get dead(): boolean {
    return this.#dead;
  }

  send(message: HostMessage, run?: number): void {
    if (!this.#dead) this.channel.send(message, run);
  }

  answer(answer: CallAnswer): void {
    if (!this.#dead) this.channel.answer(answer);
  }

  withdrawReplica(): void {
    if (!this.#dead) this.channel.withdrawReplica();
  }

  pause(): void {
    this.channel.pause();
  }

  resume(): void {
    this.channel.resume();
  }

  abstract keepAlive(alive: boolean): void;

  kill(fault?: unknown): void {
    this.fault ??= fault;
    if (fault !== undefined) this.channel.break();
    this.end();
  }

  /** Sends the signal that no process survives. */
  protected abstract end(): void;

  /** Lets go of what is left of it, and says whether it was there: a death is told once. */
  protected bury(): boolean {
    if (this.#dead) return false;
    this.#dead = true;
    this.channel.close();
    return true;
  }

  protected tellDeath(death: Omit<CellDeath, "fault">): void {
    this.#events.onDeath({ ...death, fault: this.fault });
  }
}
