import type { LoopHandle } from "../loop-state.ts";
import type { Message } from "./message.ts";
import type { PortHome } from "./port-home.ts";

/** What a port is given: a message, or that the other end is closed. */
export type PortItem = Message | "close";

/** One end of a channel; the object that stands for it may change when it is transferred. */
export interface PortState {
  port: object | undefined;
  /** Those who receive what is posted here: the other end, or all others of a broadcast group. */
  peers: PortState[];
  /** The context that its object is of, where that is another than the library's. */
  home: PortHome | undefined;
  readonly queue: PortItem[];
  readonly handle: LoopHandle;
  started: boolean;
  closed: boolean;
  scheduled: boolean;
  /** Whether it belongs to a broadcast group: those outlive one another. */
  broadcasts: boolean;
  /** The name of that group. */
  group: string | undefined;
  /** Of an end that has moved to another thread: passes on what comes for it. */
  forward: ((item: PortItem) => void) | undefined;
}

export function createPortState(broadcasts: boolean): PortState {
  const handle: LoopHandle = { name: "MessagePort", active: true, ref: true, listed: false };
  return {
    port: undefined,
    peers: [],
    home: undefined,
    queue: [],
    handle,
    started: false,
    closed: false,
    scheduled: false,
    broadcasts,
    group: undefined,
    forward: undefined,
  };
}
