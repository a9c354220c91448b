import { type ChildProcess, spawn } from "node:child_process";
import { MARK } from "./process-table.ts";

/** A command that has to end with its host. */
export interface WatchedCommand {
  readonly pid: number;
  /** What its processes have in their environment: letters and digits. */
  readonly mark: string;
}

/**
 * Reads which commands there are, and ends those that are left when its input does: with its host. It finds them by their
 * groups and, in case they have left these, by their environment.
 */
const script = `
live=
while read -r word pid variable; do
  case $word in
    begin) live="$live $pid:$variable" ;;
    end) rest=; for entry in $live; do [ "$entry" = "$pid:$variable" ] || rest="$rest $entry"; done; live=$rest ;;
  esac
done
for sweep in 1 2 3; do
  for entry in $live; do
    kill -9 "-\${entry%%:*}" 2>/dev/null
    for place in /proc/[0-9]*; do
      if grep -qF -- "\${entry#*:}" "$place/environ" 2>/dev/null; then kill -9 "\${place##*/}" 2>/dev/null; fi
    done
  done
done
`;

/**
 * Ends commands when their host dies, however it dies: a shell that waits for the end of a pipe from it. It is there
 * while there are commands.
 */
export class OrphanWatch {
  readonly #live: Set<WatchedCommand> = new Set();
  #shell: ChildProcess | undefined;

  begin(command: WatchedCommand): void {
    this.#live.add(command);
    this.#shell ??= this.#start();
    this.#tell("begin", command);
  }

  end(command: WatchedCommand): void {
    if (!this.#live.delete(command)) return;
    this.#tell("end", command);
    if (this.#live.size > 0) return;
    this.#shell?.stdin?.end();
    this.#shell = undefined;
  }

  #tell(word: string, { pid, mark }: WatchedCommand): void {
    this.#shell?.stdin?.write(`${word} ${pid} ${MARK}=${mark}\n`);
  }

  #start(): ChildProcess {
    // In a session of its own: what ends the host by its group is not to end this first.
    const shell = spawn("/bin/sh", ["-c", script], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      cwd: "/",
      env: {},
    });
    shell.unref();
    // Where there is no shell, nobody watches; what the host ends itself it ends all the same.
    shell.on("error", () => undefined);
    shell.stdin?.on("error", () => undefined);
    return shell;
  }
}
