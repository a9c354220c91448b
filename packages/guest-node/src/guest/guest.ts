import type { GuestConfig } from "@vivarium/core";
import type { NativeHelper } from "../native/native-helper.ts";
import type { AsyncWraps } from "./async-wraps.ts";
import type { EventLoop } from "./event-loop.ts";
import type { GuestErrors } from "./guest-errors.ts";
import type { ThreadMemory } from "./messaging/thread-memory.ts";
import type { NodeTables } from "./node-tables.ts";
import type { StartUpSnapshot } from "./start-up-snapshot.ts";
import type { GuestCalls } from "./system-calls.ts";

/** What `internalBinding(name)` answers. */
export type Binding = Record<string, unknown>;

/** Node's own library, once its realm stands. */
export interface Library {
  require(id: string): Record<string, unknown>;
  internalBinding(name: string): Binding;
}

/** What our side has in every guest, whatever it boots. */
export interface GuestCore {
  readonly native: NativeHelper;
  readonly calls: GuestCalls;
  readonly loop: EventLoop;
  /** Ends the guest at once; does not come back. */
  exit(code: number): never;
}

/**
 * One guest's world, as our side of it sees it. Every binding is a function of this object.
 *
 * What depends on the run (`config`) throws before `start`: bindings read it late, never while they are made, so that a
 * booted guest may be kept in a start-up snapshot.
 */
export interface Guest extends GuestCore {
  readonly tables: NodeTables;
  readonly wraps: AsyncWraps;
  readonly errors: GuestErrors;
  /** What Node's library shares with threads. */
  readonly threadMemory: ThreadMemory;
  /** Lets whoever waits for a change of that memory go on. */
  wake(memory: SharedArrayBuffer): void;
  readonly snapshot: StartUpSnapshot;
  readonly library: Library;
  /** The `process` object of Node. */
  readonly process: Record<PropertyKey, unknown>;
  /** Node's `primordials`, filled by its per-context files. */
  readonly primordials: Record<string, unknown>;
  /** What Node's per-context files export: `DOMException`, `emitMessage`. */
  readonly perContext: Record<string, unknown>;
  readonly privateSymbols: Readonly<Record<string, symbol>>;
  readonly symbols: Readonly<Record<string, symbol>>;
  readonly config: GuestConfig;
  /** Command-line options that differ from their defaults. */
  options(): GuestConfig["options"];
  /** Runs when the guest is told who it is. */
  onStart(callback: () => void): void;
  /** Runs when the program's first stack is empty and its event loop begins. */
  onLoopStart(callback: () => void): void;
  /** Runs when the program has run for the last time. */
  onEnd(callback: () => void): void;
  /** The program has run for the last time; {@link exit} says so itself. */
  beforeEnd(): void;
  setBufferPrototype(prototype: object): void;
  /** Makes a plain `Uint8Array` a `Buffer`. */
  toBuffer(bytes: Uint8Array): Uint8Array;
}
