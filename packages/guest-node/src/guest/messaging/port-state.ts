import type { LoopHandle } from "../loop-state.ts";
import type { Message } from "./message.ts";

/** One end of a channel; the object that stands for it may change when it is transferred. */
export interface PortState {
  port: object | undefined;
  /** Those who receive what is posted here: the other end, or all others of a broadcast group. */
  peers: PortState[];
  readonly queue: (Message | "close")[];
  readonly handle: LoopHandle;
  started: boolean;
  closed: boolean;
  scheduled: boolean;
  /** Whether it belongs to a broadcast group: those outlive one another. */
  broadcasts: boolean;
}

export function createPortState(broadcasts: boolean): PortState {
  const handle: LoopHandle = { name: "MessagePort", active: true, ref: true, listed: false };
  return { port: undefined, peers: [], queue: [], handle, started: false, closed: false, scheduled: false, broadcasts };
}
