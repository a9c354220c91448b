import type { MaybePromise } from "./maybe-promise.ts";

/** One program that a guest wants to start; the permission check has allowed exactly this. */
export interface CommandRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  onStdout(chunk: Uint8Array): MaybePromise<void>;
  onStderr(chunk: Uint8Array): MaybePromise<void>;
}

/** How a child process ended: an exit code, or the name of the signal that ended it. */
export interface CommandResult {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Child processes as an embedder supplies them. */
export interface CommandExecutor {
  /** Shown in error messages. @default "commands" */
  readonly name?: string;
  run(request: CommandRequest): MaybePromise<CommandResult>;
}
