import {
  type CommandExecutor,
  type CommandQuestion,
  type CommandRequest,
  type CommandResult,
  type ResolvedCommand,
  VivariumError,
} from "@vivarium/core";
import { CommandError } from "./command-error.ts";
import { commandVariables } from "./command-variables.ts";
import {
  type CommandExecutorOptions,
  type ResolvedExecutorOptions,
  resolveExecutorOptions,
} from "./executor-options.ts";
import { findProgram, type Program } from "./find-program.ts";
import { HostCommand } from "./host-command.ts";
import { hostDirectory } from "./host-directory.ts";
import { KnownShells } from "./known-shells.ts";
import { LiveCommands } from "./live-commands.ts";
import { OpenedDirectory } from "./opened-directory.ts";
import { OpenedProgram } from "./opened-program.ts";

/**
 * Runs commands as processes of this machine, with the rights of this process: what a guest may start, and with what
 * arguments, is for the `childProcess` check to say. Each has an environment of its own, a directory that the options
 * name, a session of its own and no descriptor but its three pipes; all that it has started ends with it, with its run, and with this
 * process. May serve any number of runtimes.
 *
 * @throws {VivariumError} `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`; `ERR_UNSUPPORTED_PLATFORM` on Windows
 */
export function createCommandExecutor(options: CommandExecutorOptions): CommandExecutor {
  if (process.platform === "win32")
    throw new VivariumError("ERR_UNSUPPORTED_PLATFORM", { wanted: "a POSIX system", actual: process.platform });
  const executor = new HostCommands(resolveExecutorOptions(options));
  return Object.freeze({
    name: "host commands",
    resolve: (question: CommandQuestion) => executor.resolve(question),
    run: (request: CommandRequest) => executor.run(request),
  });
}

class HostCommands {
  readonly #options: ResolvedExecutorOptions;
  /** What was found for a guest's question, by the answer that was given to it. */
  readonly #found: WeakMap<ResolvedCommand, Program> = new WeakMap();
  readonly #live: LiveCommands = new LiveCommands();
  #shells: KnownShells | undefined;

  constructor(options: ResolvedExecutorOptions) {
    this.#options = options;
  }

  /** @throws {CommandError} `ENOENT`, `EACCES`, … */
  resolve({ command, cwd, env }: CommandQuestion): ResolvedCommand {
    const { directories, path, env: own, allowVariables } = this.#options;
    const directory = hostDirectory(directories, cwd);
    const program = findProgram(command, directory, { path, directories });
    this.#shells ??= new KnownShells(path);
    const resolved = Object.freeze({
      file: program.file,
      directory,
      ...(program.interpreter !== undefined && { interpreter: program.interpreter.program.file }),
      env: commandVariables(env, { own: { PATH: path.join(":"), ...own }, allowed: allowVariables }),
      shell: this.#shells.has(program),
    });
    this.#found.set(resolved, program);
    return resolved;
  }

  /** @throws {CommandError} `EAGAIN`, `EACCES`, … */
  async run(request: CommandRequest): Promise<CommandResult> {
    const { maxCommands } = this.#options;
    if (this.#live.size >= maxCommands) throw new CommandError("EAGAIN", `${maxCommands} commands run already`);
    return this.#live.during(() => this.#run(request));
  }

  async #run(request: CommandRequest): Promise<CommandResult> {
    if (request.signal.aborted) return { code: null, signal: "SIGKILL" };
    const command = this.#watched((mark) => this.#start(request, mark));
    if (command.pid === 0) return command.result();
    try {
      return await command.result();
    } finally {
      this.#live.end(command);
    }
  }

  /** Watched before it is there. */
  #watched(start: (mark: string) => HostCommand): HostCommand {
    const mark = this.#live.expect();
    try {
      const command = start(mark);
      if (command.pid !== 0) this.#live.begin(command);
      return command;
    } finally {
      this.#live.forget(mark);
    }
  }

  #start(request: CommandRequest, mark: string): HostCommand {
    // What nobody has been asked about is not started.
    const found = request.resolved === undefined ? undefined : this.#found.get(request.resolved);
    const { directory, env } = request.resolved ?? {};
    if (found === undefined || directory === undefined || env === undefined) throw new CommandError("EACCES");
    const { interpreter } = found;
    using program = new OpenedProgram(found);
    using opened = interpreter && new OpenedProgram(interpreter.program);
    using place = new OpenedDirectory(directory);
    const { table } = this.#live;
    const limits = this.#options;
    const own = { directory: place.path, env, request, limits, table, mark };
    if (interpreter === undefined || opened === undefined)
      return new HostCommand({
        ...own,
        file: program.path,
        name: request.argv0 ?? request.command,
        args: request.args,
      });
    // A script is given to its interpreter by its path, and finds what belongs to it by that.
    const args = [...interpreter.args, found.file, ...request.args];
    return new HostCommand({ ...own, file: opened.path, name: interpreter.name, args });
  }
}
