import type { CallAnswer } from "@vivarium/kernel";
import type { HostMessage } from "../channel/host-message.ts";
import type { CellDeath } from "./cell-death.ts";
import type { ProcessSize } from "./process-size.ts";

export interface CellProcessEvents {
  /** The body of one frame; it belongs to the callee. A throw kills the process, as what cannot be understood does. */
  onFrame(body: Buffer): void;
  /** The process is gone, and everything that it had sent has been delivered. Called once. */
  onDeath(death: CellDeath): void;
}

/** Starts a process of a cell. What it says and how it ends is told by `events`, never within the call. */
export type LaunchCell = (events: CellProcessEvents) => CellProcess;

/** What a cell uses of its machine. */
export interface CellUsage {
  /** CPU time, in milliseconds. Undefined where the platform does not tell, and while there is no process. */
  cpuTimeMs(): number | undefined;
  /** Undefined as above. Of a thread: what it has made its process grow by. */
  size(): ProcessSize | undefined;
}

/** One process, or thread, and its channel: bytes in, frames out. It knows nothing of guests. */
export interface CellProcess extends CellUsage {
  /** Undefined while the process has not started, and when it could not be. */
  readonly pid: number | undefined;
  /** Bytes that wait to be taken by the cell. */
  readonly backlog: number;
  /** Longest frame that is accepted, in bytes. */
  frameLimit: number;
  /** `run`: which of its runs the message belongs to. @default none */
  send(message: HostMessage, run?: number): void;
  /** Answers the synchronous call that the cell waits for. */
  answer(answer: CallAnswer): void;
  /** Tells the cell, where it reads answers, that its replica is taken back. */
  withdrawReplica(): void;
  /** Stops taking what the cell sends; it blocks when its pipe is full. */
  pause(): void;
  resume(): void;
  /** Has others of the machine go before it. */
  lowerPriority(niceness: number): void;
  /** Whether its priority has been lowered: nobody gives it back. */
  readonly isLowered: boolean;
  /** Stops it where it is, or has it go on. @returns false where it cannot be stopped alone */
  suspend(isSuspended: boolean): boolean;
  /** Whether the process keeps the host's event loop alive. */
  keepAlive(alive: boolean): void;
  /** Ends the process at once. `fault`: why, when it is not its guest's doing. */
  kill(fault?: unknown): void;
}
