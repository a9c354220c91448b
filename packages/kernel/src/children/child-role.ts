import type {
  ByteStream,
  Execution,
  ExecutionReport,
  GuestEntry,
  GuestThread,
  MaybePromise,
  StdioEvent,
  SystemDriver,
} from "@vivarium/core";
import type { GuestFlags } from "../guest-config.ts";
import type { Loopback } from "../network/loopback.ts";
import type { GuestSignals } from "./guest-signals.ts";
import type { WorkerCount } from "./worker-count.ts";

/** What is special of a guest that another one has started. */
export interface ChildRole {
  readonly entry: GuestEntry;
  readonly flags: GuestFlags;
  /** What it was told that it is called: `process.argv0`. */
  readonly argv0: string;
  readonly pid: number;
  /** What others send it. */
  readonly signals: GuestSignals;
  readonly ppid: number;
  /** How many guests stand between it and the one that the host has started, that one included. */
  readonly depth: number;
  /** Its parent's. */
  readonly loopback: Loopback;
  /** Takes what it writes, as it writes it. A promise asks to wait. */
  readonly onOutput: (channel: StdioEvent["channel"], bytes: Uint8Array) => MaybePromise<void>;
  /** Its end of the channel of messages to its parent. */
  readonly channel?: ParentChannel;
  /** Of a thread of its parent. */
  readonly worker?: WorkerRole;
}

/** What is special of a guest that is a thread of another one. */
export interface WorkerRole {
  readonly identity: GuestThread;
  /** What it finds in `process.env`: its parent's own doing, of which nothing outside hears. */
  readonly env: Readonly<Record<string, string>>;
  /** All threads of its guest. */
  readonly count: WorkerCount;
}

/** A channel between two guests. */
export interface ParentChannel {
  readonly bytes: ByteStream;
  /** As Node's library tells it to its child: `json` or `advanced`. */
  readonly serialization: string;
}

/** A guest that another one starts. */
export interface GuestStart {
  /** The world of its parent, but for what `process` tells. */
  readonly systemDriver: SystemDriver;
  readonly execution: Execution;
  readonly role: ChildRole;
}

/** Starts guests for a guest. */
export interface StartGuest {
  /** Whether the guest may wait for one in its call: not where both might be in one cell. */
  readonly mayBeAwaited: boolean;
  /** Whether it may ask for Node's inside (`--expose-internals`), which is for Node's own tests. */
  readonly opensInternals: boolean;
  /** Rejects, with a `CallFailure`, for one that could not be started. */
  start(guest: GuestStart): Promise<ExecutionReport>;
}
