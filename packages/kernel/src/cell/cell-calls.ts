import type { CompressionCalls } from "../compression/compression-calls.ts";
import type { CryptoCalls } from "../cryptography/crypto-calls.ts";
import type { GuestIsolate } from "../guest-isolate.ts";
import type { Invocations } from "../invocations.ts";
import { CallFailure, GuestEnded } from "../system-calls/call-failure.ts";
import type { CellHandlers } from "./cell-handlers.ts";
import type { GuestClock } from "./clock.ts";
import { createInvocationCalls } from "./invocation-calls.ts";
import type { Library } from "./library.ts";
import { randomCalls } from "./random-calls.ts";
import { createResultCalls } from "./result-calls.ts";
import type { RunRecord } from "./run-record.ts";
import { createTextCalls } from "./text-calls.ts";
import { stripTypes } from "./type-stripping.ts";
import { urlCalls } from "./url-calls.ts";

/** What the calls that are served beside the guest work on. */
export interface CellCallsOptions {
  readonly clock: GuestClock;
  readonly library: Library;
  /** Whether the guest may still fill the library's code cache. */
  readonly preparing: () => boolean;
  readonly isolate: () => GuestIsolate | undefined;
  readonly record: () => RunRecord;
  readonly resultLimitBytes: () => number;
  readonly timersLimit: () => number;
  readonly compression: CompressionCalls["calls"];
  readonly crypto: CryptoCalls["calls"];
  /** Of a guest that stays. */
  readonly invocations: () => Invocations | undefined;
}

/** No single sleep is longer; the run's deadlines end it long before. */
const SLEEP_MAX_MS = 2 ** 31 - 1;

/** The calls with `place: "cell"`: algorithms and figures that need no authority. */
export function createCellCalls(options: CellCallsOptions): CellHandlers {
  const { clock, library, isolate } = options;
  return {
    ...urlCalls,
    ...randomCalls,
    ...createTextCalls(),
    ...options.compression,
    ...options.crypto,
    ...createResultCalls(options.record, options.resultLimitBytes),
    ...createInvocationCalls(options.record, options.invocations),
    // Time that a program has used is a clock, too.
    "process.cpuUsage": () =>
      new Float64Array([clock.isFrozen() ? 0 : Math.round((isolate()?.cpuTimeMs() ?? 0) * 1_000), 0]),
    "process.memoryUsage": () => memoryUsage(isolate()),
    "clock.now": () => clock.now(),
    "clock.epoch": () => clock.epoch(),
    "clock.isFrozen": () => (clock.isFrozen() ? 1 : 0),
    "clock.sleep": (milliseconds) => {
      sleep(milliseconds);
      clock.slept(milliseconds);
      return undefined;
    },
    "loop.drain": () => {
      options.record().wantsTasks = true;
      return undefined;
    },
    "loop.waiters": (count) => {
      const limitTimers = options.timersLimit();
      if (count > limitTimers) throw new GuestEnded({ kind: "timers-limit", code: 1, limitTimers });
      return limitTimers;
    },
    "library.source": (id) => {
      const source = library.source(id);
      if (source === undefined) throw new CallFailure("ENOENT");
      return source;
    },
    "library.code": (id) => library.code(id) ?? new Uint8Array(0),
    "library.keep": (id, code) => {
      if (!options.preparing()) throw new CallFailure("EPERM");
      if (!library.keep(id, code)) throw new CallFailure("EINVAL");
      return undefined;
    },
    "typescript.strip": (source, mode) => stripTypes(library, source, mode),
  };
}

/** Figures of the isolate alone: the size of the cell's process is not the guest's to know. */
function memoryUsage(isolate: GuestIsolate | undefined): Float64Array {
  if (isolate === undefined) return new Float64Array(5);
  const { heapTotal, heapUsed, external } = isolate.memory();
  return new Float64Array([heapTotal + external, heapTotal, heapUsed, external, external]);
}

function sleep(milliseconds: number): void {
  if (milliseconds <= 0) return;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(milliseconds, SLEEP_MAX_MS));
}
