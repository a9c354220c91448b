import { mkdtempSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandExecutor, CommandResult } from "@vivarium/core";

/** A directory of a test's own, gone with it. */
export class OwnDirectory implements AsyncDisposable {
  readonly path: string = realpathSync(mkdtempSync(join(tmpdir(), "vivarium-commands-")));

  at(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly argv0?: string;
  readonly stdin?: string | AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
  readonly onStdout?: (chunk: Uint8Array) => void | Promise<void>;
  readonly onSignals?: (send: (signal: string) => void) => void;
}

export interface EndedCommand extends CommandResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as the kernel does: finds out what it is, then runs exactly that. */
export async function runCommand(
  executor: CommandExecutor,
  [command = "", ...args]: readonly string[],
  options: CommandOptions = {},
): Promise<EndedCommand> {
  const { cwd = "/", env = {}, argv0, stdin = "", signal = new AbortController().signal } = options;
  const resolved = await executor.resolve?.({ command, args, cwd, env });
  const outputs: { stdout: Uint8Array[]; stderr: Uint8Array[] } = { stdout: [], stderr: [] };
  const result = await executor.run({
    command,
    args,
    ...(argv0 !== undefined && { argv0 }),
    ...(resolved !== undefined && { resolved }),
    cwd,
    env: resolved?.env ?? env,
    stdin: typeof stdin === "string" ? textOf(stdin) : stdin,
    signal,
    onStdout: options.onStdout ?? ((chunk) => void outputs.stdout.push(chunk)),
    onStderr: (chunk) => void outputs.stderr.push(chunk),
    onSignal: (listener) => options.onSignals?.(listener),
  });
  return {
    ...result,
    stdout: Buffer.concat(outputs.stdout).toString(),
    stderr: Buffer.concat(outputs.stderr).toString(),
  };
}

async function* textOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
