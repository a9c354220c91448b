import type { GuestUsage, Invocation, InvocationReport, LoadedGuest } from "@vivarium/core";
import type { InvocationEnd, PlacedInvocation } from "@vivarium/kernel";
import { invocationReport } from "./invocation-report.ts";

export interface OpenInvocationsOptions {
  /** @throws VivariumError `ERR_UNEXPORTABLE_VALUE` */
  readonly encode: (invocation: Invocation) => Uint8Array;
  /** Gives one to the guest. */
  readonly place: (invocation: PlacedInvocation) => void;
  /** Asks what the guest has used. */
  readonly askUsage: () => void;
  /** CPU time of the guest's cell, where that is its own, in milliseconds. @default nobody knows */
  readonly cpuTimeMs?: () => number | undefined;
  /** Has others of the machine go before the guest, where its cell is its own. @default nobody can */
  readonly lowerPriority?: (niceness: number) => boolean;
  /** Stops the guest where it is, or has it go on, where its cell is its own. @default nobody can */
  readonly suspend?: (isSuspended: boolean) => boolean;
  /** Nobody waits for one that the guest has. */
  readonly cancel: (id: number) => void;
}

interface Open {
  readonly settle: (report: InvocationReport) => void;
  readonly cpuTimeLimitMs: number;
}

const MAX_ID = 0xffff_ffff;

/** The calls into one guest, on the side of those who wait for them: each is settled once. */
export class OpenInvocations implements LoadedGuest {
  readonly #options: OpenInvocationsOptions;
  readonly #open: Map<number, Open> = new Map();
  #usage: PromiseWithResolvers<GuestUsage | undefined> | undefined;
  #last = 0;
  #isClosed = false;

  constructor(options: OpenInvocationsOptions) {
    this.#options = options;
  }

  async invoke(invocation: Invocation): Promise<InvocationReport> {
    if (this.#isClosed) return { kind: "ended" };
    const { target, cpuTimeLimitMs, signal } = invocation;
    if (signal.aborted) return { kind: "canceled" };
    const args = this.#options.encode(invocation);
    this.#last = this.#last === MAX_ID ? 1 : this.#last + 1;
    const id = this.#last;
    const { promise, resolve: settle } = Promise.withResolvers<InvocationReport>();
    const onAbort = (): void => this.#cancel(id);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#open.set(id, { settle, cpuTimeLimitMs });
    this.#options.place({ id, target, args, cpuTimeLimitMs });
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async usage(): Promise<GuestUsage | undefined> {
    if (this.#isClosed) return undefined;
    if (this.#usage === undefined) {
      this.#usage = Promise.withResolvers();
      this.#options.askUsage();
    }
    return this.#usage.promise;
  }

  cpuTimeMs(): number | undefined {
    return this.#isClosed ? undefined : this.#options.cpuTimeMs?.();
  }

  lowerPriority(niceness: number): boolean {
    return this.#isClosed || this.#options.lowerPriority?.(niceness) === true;
  }

  suspend(isSuspended: boolean): boolean {
    return this.#isClosed || this.#options.suspend?.(isSuspended) === true;
  }

  /** The guest has used so much. */
  used(usage: GuestUsage | undefined): void {
    const asked = this.#usage;
    this.#usage = undefined;
    asked?.resolve(usage);
  }

  /** The limit of CPU time of one, in milliseconds; undefined for one that nobody waits for. */
  limitOf(id: number): number | undefined {
    return this.#open.get(id)?.cpuTimeLimitMs;
  }

  /** How many have not been settled. */
  get size(): number {
    return this.#open.size;
  }

  /** The guest's cell says what has come of one; nothing happens where nobody waits for it any more. */
  end(end: InvocationEnd): void {
    const open = this.#open.get(end.id);
    if (open === undefined) return;
    this.#open.delete(end.id);
    open.settle(invocationReport(end, open.cpuTimeLimitMs));
  }

  /** The guest has ended, and takes none any more. */
  close(): void {
    this.#isClosed = true;
    this.used(undefined);
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { settle } of open) settle({ kind: "ended" });
  }

  #cancel(id: number): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    this.#options.cancel(id);
    open.settle({ kind: "canceled" });
  }
}
