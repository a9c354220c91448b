import type { GuestConfig, WorkerIdentity } from "./guest-entries.ts";

/**
 * Where a standard stream of a child leads, by its index: nowhere, to a byte stream of the guest's (`pipe`), to a channel
 * of messages between two guests (`ipc`), or to one of the guest's own (its number).
 */
export type ChildStdio = "ignore" | "pipe" | "ipc" | 0 | 1 | 2;

/** What `child.spawn` and `child.run` are asked for, as JSON. */
export interface ChildWish {
  /** A name or a path. */
  readonly file: string;
  /** The name that the program is told first, then its arguments. */
  readonly args: readonly string[];
  /** @default the guest's */
  readonly cwd?: string;
  /** Each `name=value`. */
  readonly env: readonly string[];
  readonly stdio: readonly ChildStdio[];
  readonly uid?: number;
  readonly gid?: number;
  /** Of `child.run` alone: how long it may take, in milliseconds, and what ends it then. @default as long as it likes */
  readonly timeoutMs?: number;
  /** A signal's number. @default 15 (`SIGTERM`) */
  readonly killSignal?: number;
  /** Of `child.run` alone: bytes that each of its outputs may have. @default as much as the guest may be given */
  readonly maxBuffer?: number;
  /** Given for a thread of the guest's own: nothing of `file` is run. @default a process */
  readonly worker?: WorkerWish;
}

/** What a thread of the guest's own is to be told beside its environment. */
export interface WorkerWish extends WorkerIdentity {
  readonly execArgv: readonly string[];
  /** Values of Node's command-line options, as in {@link GuestConfig}. */
  readonly options: GuestConfig["options"];
}

/** What `child.spawn` answers, as JSON. */
export interface ChildStart {
  /** Its number in `child.wait` and `child.kill`. */
  readonly child: number;
  /** What the guest is told that its process number is. */
  readonly pid: number;
  /** The byte stream for each `pipe` or `ipc` of the wish, `null` for any other. */
  readonly streams: readonly (number | null)[];
}

/** What `child.wait` answers, as JSON. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** It could not be started, or has run into a limit: a negative errno, and why. Only in the first case there is no other end. */
  readonly error?: number;
  readonly reason?: string;
}

/** What `child.run` answers: this as JSON behind its length (4 bytes, little endian), then the outputs. */
export interface ChildRun extends ChildEnd {
  readonly pid: number;
  /** Bytes of what was written to each `pipe` of the wish; `null` for any other, and for standard input. */
  readonly outputs: readonly (number | null)[];
}
