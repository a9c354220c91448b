import type { Limits, Outcome } from "@vivarium/core";
import type { CallAnswer } from "@vivarium/kernel";
import type { HostMessage } from "../channel/host-message.ts";
import { CPU_GRACE_MS } from "../cpu-grace.ts";
import type { CellUsage } from "./cell-process.ts";

/** What has to end when a run does before its time: the run is enough, or its cell does not deserve to be believed. */
export type Ending = "run" | "cell";

/** The cell's process, as one of its runs has it. */
export interface RunLine extends CellUsage {
  /** Whether the cell may have other runs at the same time. */
  readonly isShared: boolean;
  /** Bytes that wait to be taken by the cell. */
  readonly backlog: number;
  /** What the runs that are or were beside it may have used of the process: the machine tells no guest's share. */
  readonly others: Allowance;
  send(message: HostMessage): void;
  /** Answers the synchronous call that the cell waits for. */
  answer(answer: CallAnswer): void;
  /** Stops taking what the cell sends; it blocks when its pipe is full. */
  pause(): void;
  resume(): void;
  /** Has others of the machine go before the cell. @returns whether it was done: not where others share the cell */
  lowerPriority(niceness: number): boolean;
  /** Stops the cell where it is, or has it go on. @returns whether it was done: not where others share the cell, or it is a thread */
  suspend(isSuspended: boolean): boolean;
  /** Ends the run, and a cell that has no other run with it. */
  end(outcome: Outcome, what: Ending): void;
  /** Takes back a run that has not begun: whoever waits for it is told why, and nothing comes of it any more. */
  withdraw(reason: unknown): void;
  /** Ends the cell for what it has done, or what has happened to the host in serving it. */
  kill(fault: unknown): void;
}

/** What a run may use of its cell's process before the host takes it for a cheat, beyond what the cell has used before. */
export interface Allowance {
  readonly cpuTimeMs: number;
  readonly bytes: number;
}

const BYTES_PER_MIB = 1024 * 1024;

export function allowanceOf(limits: Limits): Allowance {
  return {
    cpuTimeMs: 2 * limits.cpuTimeLimitMs + CPU_GRACE_MS,
    bytes: (limits.memoryLimit + limits.processOverheadLimit) * BYTES_PER_MIB,
  };
}
