import type {
  RuntimeDriverFactory,
  StdinSource,
  StdioListener,
  UnhandledRejections,
} from "../contracts/runtime-driver.ts";
import type { SystemDriver } from "../contracts/system-driver.ts";
import type { Diagnostic } from "../errors/diagnostic.ts";
import type { Limits } from "../limits/limits.ts";
import type { HostModules } from "../modules/provided-module.ts";

/** What a {@link Runtime} is made from. The limits are those of runs that set none themselves. */
export interface RuntimeOptions extends Partial<Limits> {
  /** What guests are given of the world, e.g. `createNodeDriver({ … })`. */
  readonly systemDriver: SystemDriver;
  /** Where guests live, e.g. `createNodeRuntimeDriverFactory()`. */
  readonly runtimeDriverFactory: RuntimeDriverFactory;
  /** What all its guests can import of the host, by names like `host:db`. @default nothing */
  readonly modules?: HostModules;
  /** Takes the output of runs that have no listener themselves. @default output is dropped */
  readonly onStdio?: StdioListener;
  /**
   * Hears of faults on the embedder's side that no guest may see: a check that threw, a driver that answered nonsense.
   * @default a process warning
   */
  readonly onDiagnostic?: (diagnostic: Diagnostic) => void;
}

/** How one program is run. The limits replace those of the runtime for this run. */
export interface ExecOptions extends Partial<Limits> {
  /** Absolute path that the program has for the guest; its extension says what it is, as in Node. @default "/entry.js" */
  readonly filePath?: string;
  /** Variables beside those of `processConfig`; the `env` check decides about them all the same. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** A directory of the filesystem; whether the guest may read it is another matter. @default `processConfig.cwd`, or "/" */
  readonly cwd?: string;
  /** `process.argv` from index 2 on. @default `processConfig.argv`, or [] */
  readonly argv?: readonly string[];
  /** @default `processConfig.stdin`, or "" */
  readonly stdin?: StdinSource;
  /** What the guest can import of the host beside the modules of the runtime; of the same name, it gets this one. */
  readonly modules?: HostModules;
  /**
   * What becomes of a promise that is rejected and that nobody handles: an uncaught error (`throw`), or lines on standard
   * error (`warn`) with which the program goes on; as Node's option of that name. @default "throw"
   */
  readonly unhandledRejections?: UnhandledRejections;
  /** Takes the output of this run instead of the runtime's listener. */
  readonly onStdio?: StdioListener;
  /** Ends the run with the outcome `aborted`. */
  readonly signal?: AbortSignal;
}

/**
 * How {@link Runtime.load} loads a program that stays. `cpuTimeLimitMs` and `wallTimeLimitMs` are those of its evaluation,
 * and of calls that set none themselves; the other limits hold for as long as it stays. `signal` ends it.
 */
export interface LoadOptions extends ExecOptions {
  /** Most calls that it has at a time, from 1; the next wait their turn. @default 100 */
  readonly callsAtOnce?: number;
  /** Most calls that wait, from 0; one more is refused (`at-capacity`). @default 1000 */
  readonly maxQueuedCalls?: number;
}

/** How {@link Runtime.run} runs one program: as {@link ExecOptions} say. */
export type RunOptions = ExecOptions;
