import type { GuestProfile } from "../contracts/guest-profile.ts";
import type { SystemCallResult } from "./system-call-protocol.ts";

/**
 * What a guest's bundle offers to the kernel. None of these is reachable for guest code, and none throws for what a
 * program does: an uncaught error goes the way that Node gives it and ends in `process.exit`.
 */
export interface GuestEntries {
  /**
   * Readies a booted guest for a program that nobody knows yet, which makes its start short. It leaves nothing behind
   * that a program without command-line options could tell.
   */
  rehearse(): void;
  /** Tells a booted guest who it is ({@link GuestConfig} as JSON). Called once; before it the guest has seen nothing of its run. */
  start(config: string): void;
  /** Runs the program (`code` under `filePath`), up to its first wait. */
  main(code: string, filePath: string): void;
  /** As {@link main}, of a program that stays: `program.loaded` says when it has been evaluated. */
  load(code: string, filePath: string): void;
  /**
   * Calls something of the program, up to its first wait: what kind of it is a number of {@link invocationTargets}, and
   * `target` the name of an export, or the number that the guest has given to it. The array of its arguments lies in the
   * window, in the inert codec, so many bytes long. `invocation.end` says when it is over.
   */
  invoke(invocation: number, kind: number, target: string | number, length: number, limitBytes: number): void;
  /**
   * One turn of the event loop: timers that are due, then immediates. Answers how long the loop may sleep, in
   * milliseconds: 0 when there is more to do, `Infinity` when only a delivery can wake it, -1 when nothing keeps it alive.
   * Answers of system calls are delivered before it, as by {@link deliver}.
   */
  turn(...answers: SystemCallResult[]): number;
  /**
   * Answers of asynchronous system calls. Each has {@link ANSWER_PARTS}: its request, its result, why it failed or `undefined`,
   * and how long its payload is. Payloads lie in the window, one after the other; one that the window does not hold comes alone.
   */
  deliver(...answers: SystemCallResult[]): void;
  /** Emits `beforeExit`; answers 1 when the loop is alive again after it, else 0. */
  beforeExit(): number;
  /** Emits `exit` and answers the exit code. */
  exit(): number;
  /** Encodes the program's exports and hands them over with `result.exports` or `result.refuse`. */
  collectExports(limitBytes: number): void;
  /** Collects all garbage of the guest. */
  collectGarbage(): void;
}

/** Of one answer, as it is delivered. */
export const ANSWER_PARTS = 4;

/** Under this id the guest's own bundle stands beside Node's library in the code cache that a cell keeps. */
export const GUEST_BUNDLE = "internal/vivarium";

/** As {@link GUEST_BUNDLE}, of guests that boot nothing of Node. */
export const BARE_BUNDLE = "internal/vivarium/bare";

const LATE_BUNDLES = `${GUEST_BUNDLE}/late/`;

/** As {@link GUEST_BUNDLE}, of a bundle that such a guest loads when it first needs it. */
export function lateBundleId(name: string): string {
  return LATE_BUNDLES + name;
}

/** The name of a function of the guest that its cell may call. */
export type GuestEntryName = keyof GuestEntries;

/** The option among {@link GuestConfig.options} that says what a rejection is that nobody handles. */
export const UNHANDLED_REJECTIONS = "--unhandled-rejections";

/** What a guest is told at its start. All of it is meant for the guest's eyes. */
export interface GuestConfig {
  readonly profile: GuestProfile;
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly execPath: string;
  /** Only what the `env` check lets the guest see. */
  readonly env: Readonly<Record<string, string>>;
  /** The names of the modules of the host that it can import, in the order of their numbers. */
  readonly modules: readonly string[];
  /** Names of directories in the root that hold packages of the host. @default none */
  readonly packageRoots?: readonly string[];
  readonly cwd: string;
  readonly platform: string;
  readonly arch: string;
  readonly version: string;
  readonly pid: number;
  readonly ppid: number;
  readonly uid: number;
  readonly gid: number;
  readonly cols: number;
  readonly rows: number;
  readonly os: {
    readonly type: string;
    readonly release: string;
    readonly version: string;
    readonly hostname: string;
    readonly homedir: string;
    readonly tmpdir: string;
    readonly platform: string;
    readonly arch: string;
  };
  /** Values of Node's command-line options that differ from their defaults (`{"--expose-internals": true}`). */
  readonly options: Readonly<Record<string, boolean | number | string | readonly string[]>>;
  /** What it runs. @default the program that it is given */
  readonly entry?: GuestEntry;
  /** Number of the byte stream over which it and its parent send each other messages. @default none */
  readonly channel?: number;
  /** Given to a guest that is a thread of another one (`entry` is `worker`). */
  readonly worker?: GuestThread;
}

/** Who a thread of a guest is (`node:worker_threads`). */
export interface WorkerIdentity {
  readonly threadId: number;
  readonly name: string;
  /** Whether it is one of Node's library, in which functions of the program say how modules are loaded (`module.register`). */
  readonly isInternal: boolean;
  /** In MiB, in the order of Node's binding, {@link RESOURCE_LIMITS} of them; what is below 0 was not asked for. */
  readonly resourceLimits: readonly number[];
}

/** What a thread of a guest is told. */
export interface GuestThread extends WorkerIdentity {
  /** Whether it may wait in a call for the guest that has started it: not where both might be in one cell. */
  readonly mayWait: boolean;
}

/** How many limits a thread may be told. */
export const RESOURCE_LIMITS = 4;

/**
 * What a guest runs: the program that it is given, or what `node` would: a file, code of its command line, standard input,
 * Node's test runner, its check of a file's syntax, its watch over a program's files,
 * or its prompt; or, of a thread, what its parent sends.
 */
export type GuestEntry = (typeof guestEntries)[number];

/** In the order of their numbers. */
export const guestEntries = ["code", "file", "eval", "stdin", "test", "check", "watch", "repl", "worker"] as const;
