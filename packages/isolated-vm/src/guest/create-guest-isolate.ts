import { bareCalls, type GuestEntries, type GuestEntryName, type SystemCallScalar, WINDOW_BYTES } from "@vivarium/core";
import type { GuestParts, ThreadControls } from "@vivarium/guest-node";
import type { EntryBudget, EntryResult, GuestIsolate, InstalledCall } from "@vivarium/kernel";
import type ivm from "isolated-vm";
import type { GuestBase } from "../channel/guest-kind.ts";
import type { IsolatedVm } from "../engine/load-isolated-vm.ts";
import { failureOf } from "./entry-failure.ts";
import type { SharedTexts } from "./shared-texts.ts";

/** What of a thread's controls bounds the processor time of its guests. */
export type CpuWatch = Pick<ThreadControls, "newestGuest" | "beginCpuWatch" | "endCpuWatch" | "threadCpuMs">;

export interface GuestIsolateOptions {
  /** The addon that makes isolates; a process may load it once only. */
  readonly engine: IsolatedVm;
  /** Heap limit in megabytes, at least 8. */
  readonly memoryLimitMb: number;
  /** The system calls by their names, with `fetchPayload` and `failureReason` beside them. */
  readonly calls: Readonly<Record<string, InstalledCall | ((...args: Parameters<InstalledCall>) => unknown)>>;
  /** The bytes that guest and kernel share. */
  readonly window: Uint8Array<SharedArrayBuffer>;
  /** What the guest boots. */
  readonly base: GuestBase;
  readonly parts: GuestParts;
  /** Where texts are that every guest gets. */
  readonly texts: SharedTexts;
  /**
   * The native helper of `parts`. Whoever makes guests holds on to it: it is unloaded with its last holder, and the key
   * with which it seals code cache goes with it.
   */
  readonly helper: ivm.NativeModule;
  /** Code cache of the bundle, as the helper of this process has made it. */
  readonly bundleCode?: Uint8Array | undefined;
  /** Given where the process is to live on whatever the guest does: its heap gets as much room again as it may have. */
  readonly controls?: Pick<ThreadControls, "announceHeapRoom"> | undefined;
  /** What bounds the processor time of an entry. */
  readonly watch: CpuWatch;
}

const BYTES_PER_MIB = 1024 * 1024;

/** The memory that a guest and its kernel share. */
export function createWindow(): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(WINDOW_BYTES));
}

/** What is to happen to a guest that does not come back when its processor time is used up. */
export interface HeldUp {
  /** How much more it may use before its process ends, in milliseconds. */
  readonly patienceMs: number;
  /** By what number the host knows its run. */
  readonly run: number;
}

/** A guest of a cell. */
export interface CellGuest extends GuestIsolate {
  /** Others wait for this thread: its process ends rather than wait with them for ever. @default it is the host's to end it */
  endsProcess(when: HeldUp): void;
}

/** Makes an isolate, boots a guest in it, and answers the doors into it. */
export function createGuestIsolate(options: GuestIsolateOptions): CellGuest {
  const { memoryLimitMb, controls } = options;
  const roomMb = controls === undefined ? 0 : memoryLimitMb;
  const isolate = new options.engine.Isolate({ memoryLimit: memoryLimitMb + roomMb });
  try {
    controls?.announceHeapRoom(roomMb * BYTES_PER_MIB);
    const entries = bootIsolate(isolate, options);
    const { window, watch } = options;
    const guest = watch.newestGuest();
    return guestIsolate(isolate, entries, { window, roomBytes: roomMb * BYTES_PER_MIB, watch, guest });
  } catch (error) {
    if (!isolate.isDisposed) isolate.dispose();
    throw error;
  }
}

function bootIsolate(isolate: ivm.Isolate, options: GuestIsolateOptions): ivm.Reference<GuestEntries> {
  const context = isolate.createContextSync();
  const helper = options.helper.createSync(context);
  const { texts, base, parts } = options;
  const isBare = base === "bare";
  const calls = isBare ? callByNumber(options) : installCalls(isolate, context, options);
  const load = isolate
    .compileScriptSync(parts.loader, { filename: LOADER_NAME })
    .runSync(context, { reference: true }) as ivm.Reference;
  const copy = (value: unknown) => new options.engine.ExternalCopy(value).copyInto({ release: true });
  return load.applySync(
    undefined,
    [
      helper.derefInto(),
      texts.share(isBare ? parts.bareBundle : parts.bundle),
      copy(options.bundleCode),
      calls,
      copy(options.window),
      isBare ? "" : texts.share(parts.tables),
    ],
    { result: { reference: true } },
  ) as ivm.Reference<GuestEntries>;
}

/** One function for all calls of a bare guest: to make one for each would take longer than to boot it. */
function callByNumber({ engine, calls }: Pick<GuestIsolateOptions, "engine" | "calls">): unknown {
  const numbered = [...bareCalls, "fetchPayload", "failureReason"].map((name) => calls[name]);
  return new engine.Callback((number: number, request: number, input: number, ...args: SystemCallScalar[]) =>
    numbered[number]?.(request, input, ...args),
  );
}

/** An object in the isolate, without prototype, whose properties are the calls. */
function installCalls(
  isolate: ivm.Isolate,
  context: ivm.Context,
  { engine, calls }: Pick<GuestIsolateOptions, "engine" | "calls">,
): unknown {
  const made = isolate.compileScriptSync("Object.create(null)").runSync(context, { reference: true }) as ivm.Reference;
  for (const [name, call] of Object.entries(calls)) made.setSync(name, new engine.Callback(call));
  return made.derefInto();
}

interface Shape {
  readonly window: Uint8Array;
  readonly roomBytes: number;
  readonly watch: CpuWatch;
  /** Its number among the guests of this process. */
  readonly guest: number;
}

/** Frames under this name are never shown to a program. */
const LOADER_NAME = "node:internal/vivarium";

const unbounded: EntryBudget = { cpuMs: undefined, wallMs: undefined };
const endless: HeldUp = { patienceMs: -1, run: 0 };

function sooner(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}

function guestIsolate(
  isolate: ivm.Isolate,
  entries: ivm.Reference<GuestEntries>,
  { window, roomBytes, watch, guest }: Shape,
): CellGuest {
  const isolateCpuMs = (): number => (isolate.isDisposed ? 0 : Number(isolate.cpuTime) / 1e6);
  // What isolated-vm tells includes time in which the system has not let the process run.
  const tellsThreads = watch.threadCpuMs() >= 0;
  const now = tellsThreads ? () => watch.threadCpuMs() : isolateCpuMs;
  let usedMs = tellsThreads ? 0 : isolateCpuMs();
  let enteredAt: number | undefined;
  let heldUp = endless;
  // Made as they are used: all of them together would take longer to make than a bare guest.
  const doors: Partial<Record<GuestEntryName, ivm.Reference>> = {};
  const doorOf = (entry: GuestEntryName): ivm.Reference => {
    doors[entry] ??= entries.getSync(entry, { reference: true });
    return doors[entry];
  };
  return {
    window,
    enter(entry, args, budget = unbounded): EntryResult {
      const { cpuMs, wallMs } = budget;
      const isWatched = cpuMs !== undefined && watch.beginCpuWatch(guest, cpuMs, heldUp.patienceMs, heldUp.run);
      // Where nothing tells processor time, an entry may take no longer than it could use.
      const timeout = isWatched ? wallMs : sooner(cpuMs, wallMs);
      enteredAt = now();
      let result: EntryResult;
      try {
        const value = doorOf(entry).applySync(undefined, [...args], {
          arguments: { copy: true },
          result: { copy: true },
          ...(timeout === undefined ? {} : { timeout }),
        }) as number | undefined;
        result = { kind: "done", value };
      } catch (error) {
        result = failureOf(isolate, error, timeout === wallMs ? "wall" : "cpu");
      }
      usedMs += now() - enteredAt;
      enteredAt = undefined;
      // Also one that was done at that moment: V8 would interrupt it when it is entered next.
      const isSpent = isWatched && watch.endCpuWatch();
      return isSpent && result.kind !== "out-of-memory" ? { kind: "timed-out", spent: "cpu" } : result;
    },
    async runTasks() {
      const before = isolateCpuMs();
      try {
        // What is asynchronous takes V8's tasks along.
        await isolate.getHeapStatistics();
      } catch {
        // It has been disposed of: the next entry says why.
      }
      usedMs += Math.max(0, isolateCpuMs() - before);
    },
    cpuTimeMs: () => usedMs + (enteredAt === undefined ? 0 : now() - enteredAt),
    memory() {
      const heap = isolate.getHeapStatisticsSync();
      return {
        heapUsed: heap.used_heap_size,
        heapTotal: heap.total_heap_size,
        external: heap.externally_allocated_size - roomBytes,
      };
    },
    endsProcess(when) {
      heldUp = when;
    },
    dispose() {
      if (!isolate.isDisposed) isolate.dispose();
    },
  };
}
