import {
  decodeInert,
  type Execution,
  type Invocation,
  type LoadedGuest,
  type Outcome,
  type RuntimeDriver,
} from "@vivarium/core";
import { type ProgramOptions, plainExecution, roomyLimits } from "./program-options.ts";

/** A program that stays until it is disposed of, or ends. */
export interface LivingProgram extends AsyncDisposable {
  /** Calls an export; the value of a call that returned, else the report. */
  call(name: string, args?: readonly unknown[], own?: Partial<Invocation>): Promise<unknown>;
  /** How it has ended. */
  readonly ended: Promise<Outcome>;
}

/** Loads a program, unless it ends before. */
export async function loadProgram(
  driver: RuntimeDriver,
  code: string,
  { limits = {}, ...own }: ProgramOptions = {},
): Promise<LivingProgram> {
  const loaded = Promise.withResolvers<LoadedGuest>();
  const end = new AbortController();
  const execution: Execution = {
    ...plainExecution,
    filePath: "/entry.mjs",
    ...own,
    code,
    mode: "load",
    signal: own.signal === undefined ? end.signal : AbortSignal.any([own.signal, end.signal]),
    limits: { ...roomyLimits, ...limits },
  };
  const ending = driver.load?.(execution, { onLoaded: loaded.resolve });
  if (ending === undefined) throw new Error("The driver loads no programs");
  const ended = ending.then(({ outcome }) => outcome);
  const early = ended.then((outcome) => {
    throw new Error(`The program has ended before it was loaded: ${JSON.stringify(outcome)}`);
  });
  const guest = await Promise.race([loaded.promise, early]);
  early.catch(() => undefined);
  return {
    ended,
    async call(name, args = [], given = {}) {
      const { signal } = new AbortController();
      const report = await guest.invoke({
        target: { kind: "export", name },
        args,
        cpuTimeLimitMs: 10_000,
        signal,
        ...given,
      });
      return report.kind === "returned" ? decodeInert(report.value) : report;
    },
    async [Symbol.asyncDispose]() {
      end.abort();
      await ended;
    },
  };
}
