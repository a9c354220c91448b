import type { MaybePromise } from "../promises/maybe-promise.ts";

/** A program that a guest wants to start, before anybody has been asked whether it may. */
export interface CommandQuestion {
  /** As the guest wrote it: a name or a path. */
  readonly command: string;
  /** Without the command itself. */
  readonly args: readonly string[];
  /** Absolute path, as the guest sees it. */
  readonly cwd: string;
  /** What the guest passes, each variable with the consent of the `env` check. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a command comes to. The permission check is asked about exactly this, and `run` has to start exactly this. */
export interface ResolvedCommand {
  /** The program: an absolute path with all links resolved. */
  readonly file: string;
  /** Of a script: the program that interprets it, an absolute path with all links resolved. */
  readonly interpreter?: string;
  /** The directory of the host in which it would run: absolute, with all links resolved. */
  readonly directory?: string;
  /** Every variable that it would get. @default those of the question */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Whether it is known to start whatever its arguments or its input say: a shell, or something that is one by another
   * name. Names that everybody knows (`sh`, `env`, `xargs`, …) are recognised without it.
   *
   * @default false
   */
  readonly shell?: boolean;
}

/** One program that a guest starts; the permission check has allowed exactly this. */
export interface CommandRequest {
  /** As the guest wrote it. */
  readonly command: string;
  /** Without the command itself. */
  readonly args: readonly string[];
  /** What the program is told that it is called; absent: the command. */
  readonly argv0?: string;
  /** What {@link CommandExecutor.resolve} answered: the same object. Absent for an executor without that method. */
  readonly resolved?: ResolvedCommand;
  /** Absolute path, as the guest sees it. */
  readonly cwd: string;
  /** Every variable that it gets. */
  readonly env: Readonly<Record<string, string>>;
  /** What the guest writes to it; ends when the guest ends it. A piece is taken from the guest when it is asked for. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /**
   * Fires when the program and all that it has started have to end at once: its guest is gone, or has sent a signal that
   * would end it, and nobody listens ({@link onSignal}).
   */
  readonly signal: AbortSignal;
  /** Takes output. A promise asks to wait with the next piece until it settles: the guest has not read so far. */
  onStdout(chunk: Uint8Array): MaybePromise<void>;
  onStderr(chunk: Uint8Array): MaybePromise<void>;
  /** Has signals that the guest sends (`SIGTERM`) given to `listener`, and not end the program by {@link signal}. */
  onSignal(listener: (signal: string) => void): void;
}

/** How a child process ended: an exit code, or the name of the signal that ended it. */
export interface CommandResult {
  readonly code: number | null;
  readonly signal: string | null;
  /**
   * Why the executor has ended it: for its output, its time, or the number of processes that it had started. The guest reads
   * why on standard error; one that waits for it in its call gets `ENOBUFS`, `ETIMEDOUT` or `EAGAIN`.
   */
  readonly limit?: "output" | "time" | "processes";
}

/**
 * Child processes as an embedder supplies them. What is thrown with the `code` of a POSIX error (`ENOENT`) is that error
 * for the guest, anything else an `EIO` and a diagnostic. A property `reason` of such an error, when it is a string, is shown to the
 * guest: name no path of the host in it.
 */
export interface CommandExecutor {
  /** Shown in error messages. @default "commands" */
  readonly name?: string;
  /**
   * Finds out what a command is, before the permission check is asked; it starts nothing. An executor whose commands are
   * files has to have it: a check that sees names alone cannot tell one `git` from another.
   *
   * @default the check is asked about the command as written
   */
  resolve?(question: CommandQuestion): MaybePromise<ResolvedCommand>;
  /** Runs a command to its end: nothing that it has started is left when this settles. */
  run(request: CommandRequest): MaybePromise<CommandResult>;
}
