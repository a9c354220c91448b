import { type ChildProcess, spawn } from "node:child_process";
import { MARK, type ProcessEntry } from "./process-table.ts";

/** A command that has to end with its host. */
export interface WatchedCommand {
  readonly pid: number;
  /** What its processes have in their environment: letters and digits. */
  readonly mark: string;
}

/**
 * Reads which commands there are, and ends those that are left when its input does: with its host. It finds them by their
 * groups and, in case they have left these, by their environment; who has left both, its host has told it of before, with
 * the time at which that began: a number may be another's by then.
 */
const script = `
live= seen=
others() {
  rest=
  for entry in $2; do case $entry in $1) ;; *) rest="$rest $entry" ;; esac; done
}
while read -r word pid variable; do
  case $word in
    begin) live="$live $pid:$variable" ;;
    see) others "$pid:*" "$seen"; seen="$rest $pid:$variable" ;;
    end) others "$pid:$variable" "$live"; live=$rest; others "$pid:*" "$seen"; seen=$rest ;;
  esac
done
IFS=' ,'
for entry in $seen; do
  entry=\${entry#*:}
  if read -r stat <"/proc/\${entry%/*}/stat"; then
    set -- \${stat##*) }
    [ "\${20}" != "\${entry#*/}" ] || kill -9 "\${entry%/*}"
  fi 2>/dev/null
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

/** No process and no group has this number. */
const UNKNOWN = "unknown";

/**
 * Ends commands when their host dies, however it dies: a shell that waits for the end of a pipe from it. It is there
 * while there are commands.
 */
export class OrphanWatch {
  readonly #live: Set<WatchedCommand> = new Set();
  readonly #expected: Set<string> = new Set();
  /** What was told of each. */
  readonly #seen: WeakMap<WatchedCommand, string> = new WeakMap();
  #shell: ChildProcess | undefined;

  /** A command is about to be started: until {@link begin} it is known by its mark alone. */
  expect(mark: string): void {
    this.#expected.add(mark);
    this.#shell ??= this.#start();
    this.#tell("begin", { pid: UNKNOWN, mark });
  }

  /** It could not be, or it has begun. Idempotent. */
  forget(mark: string): void {
    if (!this.#expected.delete(mark)) return;
    this.#tell("end", { pid: UNKNOWN, mark });
    this.#rest();
  }

  begin(command: WatchedCommand): void {
    this.#live.add(command);
    this.#tell("begin", command);
    this.forget(command.mark);
  }

  /** These processes of a command are neither in its group nor marked. */
  see(command: WatchedCommand, processes: readonly Pick<ProcessEntry, "pid" | "startTime">[]): void {
    const list = processes.map(({ pid, startTime }) => `${pid}/${startTime}`).join(",");
    if (!this.#live.has(command) || (this.#seen.get(command) ?? "") === list) return;
    this.#seen.set(command, list);
    this.#shell?.stdin?.write(`see ${command.pid} ${list}\n`);
  }

  end(command: WatchedCommand): void {
    if (!this.#live.delete(command)) return;
    this.#tell("end", command);
    this.#rest();
  }

  #rest(): void {
    if (this.#live.size + this.#expected.size > 0) return;
    this.#shell?.stdin?.end();
    this.#shell = undefined;
  }

  #tell(word: string, { pid, mark }: { readonly pid: number | string; readonly mark: string }): void {
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
