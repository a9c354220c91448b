import type { GuestEntries, GuestEntryName, SystemCallResult } from "@vivarium/core";

/** How much one entry may take, in milliseconds above 0; `undefined`: as much as it likes. */
export interface EntryBudget {
  readonly cpuMs: number | undefined;
  readonly wallMs: number | undefined;
}

/** How one entry into a guest ended. */
export type EntryResult =
  | { readonly kind: "done"; readonly value: number | undefined }
  /** It was ended because that had been used up. The guest must not be entered again. */
  | { readonly kind: "timed-out"; readonly spent: "cpu" | "wall" }
  | { readonly kind: "out-of-memory" }
  /** It was terminated from within: `process.exit`. */
  | { readonly kind: "terminated" }
  /** The engine refused for another reason; `message` is for the embedder's diagnostics. */
  | { readonly kind: "failed"; readonly message: string };

/** What the kernel needs of an isolate that holds a booted guest. The runtime driver supplies it. */
export interface GuestIsolate {
  /** The bytes that guest and kernel share (`WINDOW_BYTES` long). */
  readonly window: Uint8Array;
  /** Enters the guest on this thread and comes back when its stack is empty, or the budget is used up. @default no budget */
  enter<Name extends GuestEntryName>(
    entry: Name,
    args: Parameters<GuestEntries[Name]>,
    budget?: EntryBudget,
  ): EntryResult;
  /**
   * Runs the tasks that V8 has put off; the guest must not be entered until they are done. They may run on another
   * thread, and count as CPU time of the guest. Never rejects.
   */
  runTasks(): Promise<void>;
  /** CPU time that the isolate has used so far, in milliseconds, with fractions. */
  cpuTimeMs(): number;
  /** Heap figures, in bytes. */
  memory(): { readonly heapUsed: number; readonly heapTotal: number; readonly external: number };
  /** Frees the isolate. Idempotent. */
  dispose(): void;
}

/** A system call as the runtime driver installs it in an isolate: scalars and bytes in, a scalar out, and it never throws. */
export type InstalledCall = (request: number, input: number | Uint8Array, ...args: unknown[]) => SystemCallResult;
