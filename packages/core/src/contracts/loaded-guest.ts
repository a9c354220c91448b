import type { RequestBounds } from "./guest-request.ts";

/** What of a guest is called. */
export type InvocationTarget =
  /** An export, by its name, or the names on the way to it with dots between them: `routes.list`. */
  | { readonly kind: "export"; readonly name: string }
  /** A function that the guest has handed over, by its number. */
  | { readonly kind: "function"; readonly id: number }
  /** An async iterable that it has returned, by its number: its next value, or its end. */
  | { readonly kind: "next" | "return"; readonly id: number }
  /**
   * What it serves at this port: nothing is called, but for as long as this is under way, what the guest does between calls
   * is done for it, as for a call that waits.
   */
  | { readonly kind: "request"; readonly id: number }
  /** A function that is given back; its argument says how often it had been handed over. */
  | { readonly kind: "release"; readonly id: number };

/** A call into a guest. Everything in it but the arguments has been validated. */
export interface Invocation {
  readonly target: InvocationTarget;
  /** To be encoded with the inert codec. */
  readonly args: readonly unknown[];
  /** CPU time that the guest may use for it, in milliseconds. */
  readonly cpuTimeLimitMs: number;
  /** Nobody waits for it any more: what comes of it is dropped. */
  readonly signal: AbortSignal;
}

/** What came of a call. */
export type InvocationReport =
  /** `value`: what it returned, awaited, in the inert codec. */
  | { readonly kind: "returned"; readonly value: Uint8Array }
  /** It returned an async iterable, which goes by this number from here on. */
  | { readonly kind: "iterable"; readonly id: number }
  /** `value`: what the async iterable has ended with, in the inert codec. */
  | { readonly kind: "done"; readonly value: Uint8Array }
  /** `value`: what it threw, in the inert codec, where that could be encoded. */
  | { readonly kind: "threw"; readonly errorMessage: string; readonly value: Uint8Array | undefined }
  /** There is no function of that name, or what it returned cannot leave the guest. */
  | { readonly kind: "no-function" | "unexportable" | "result-limit"; readonly errorMessage: string }
  | { readonly kind: "cpu-time-limit"; readonly limitMs: number }
  /** The guest has ended before it had returned. */
  | { readonly kind: "ended" }
  /** Its signal has fired. */
  | { readonly kind: "canceled" };

/** What a guest has used since its program began. */
export interface GuestUsage {
  /** CPU time, in milliseconds. */
  readonly cpuTimeMs: number;
  /** V8's heap, in bytes: what objects take, and all that V8 has set aside for them. */
  readonly heapUsedBytes: number;
  readonly heapTotalBytes: number;
  /** Buffers and the like beside that heap, in bytes. */
  readonly externalBytes: number;
  /** Calls of host functions that it has made. */
  readonly hostCalls: number;
  /** System calls that it has made, those for them among them. */
  readonly systemCalls: number;
  /** Of these, those that failed with `EACCES`, as what a permission denies does. */
  readonly deniedCalls: number;
}

/** A guest that can be called, as its runtime driver has it. */
export interface LoadedGuest {
  /**
   * Calls an export. Never rejects for what the guest does.
   *
   * @throws VivariumError (by rejection) `ERR_UNEXPORTABLE_VALUE` for arguments that are no data
   */
  invoke(invocation: Invocation): Promise<InvocationReport>;
  /** What it has used so far; `undefined` once it has ended. Never rejects. */
  usage(): Promise<GuestUsage | undefined>;
  /**
   * CPU time of all that its cell has done, in milliseconds, without asking the guest, which may be busy. Undefined where the cell
   * is not its own, the machine does not tell, or it has ended. Absent where nobody can know.
   */
  cpuTimeMs?(): number | undefined;
  /**
   * Has whatever else the machine does go before this guest.
   *
   * @param niceness from 0 to 19, as nice(2) has it
   * @returns false where the guest has no priority of its own, sharing its cell with others. Absent where no guest has one
   */
  lowerPriority?(niceness: number): boolean;
  /**
   * Stops this guest where it is, or has it go on.
   *
   * @returns false where it cannot be stopped alone. Absent where no guest can
   */
  suspend?(isSuspended: boolean): boolean;
  /** As {@link RuntimeDriver.fetch}, of this guest alone. Absent where guests cannot be reached. */
  fetch?(request: Request, bounds: RequestBounds): Promise<Response>;
}

/** How a driver is asked to load a program. */
export interface LoadListener {
  /** The program has been evaluated: calls are taken from here on. Called at most once. */
  readonly onLoaded: (guest: LoadedGuest) => void;
}
