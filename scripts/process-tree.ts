import { readdirSync, readFileSync } from "node:fs";

interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  /** As in proc_pid_stat(5): `R` runs, `S` sleeps, `T` is stopped, `Z` has ended. */
  readonly state: string;
  /** The function of the kernel in which it waits (proc_pid_wchan(5)). */
  readonly waitsIn: string;
  readonly command: string;
}

/** The processes below one, a line each, with what each of them does at the moment; none where there is no `/proc`. */
export function describeTree(root: number): readonly string[] {
  const seen = process.platform === "linux" ? readdirSync("/proc").flatMap(look) : [];
  const below = (parent: number, depth: number): readonly string[] =>
    seen
      .filter((entry) => entry.parent === parent)
      .flatMap((entry) => [
        `${"  ".repeat(depth)}${entry.pid} ${entry.state} ${entry.waitsIn} ${entry.command}`,
        ...below(entry.pid, depth + 1),
      ]);
  return below(root, 0);
}

function look(name: string): readonly SeenProcess[] {
  const pid = Number(name);
  if (!Number.isInteger(pid)) return [];
  try {
    const read = (file: string): string => readFileSync(`/proc/${pid}/${file}`, "latin1");
    const stat = read("stat");
    // The command is in brackets and may contain anything, brackets included.
    const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const command = read("cmdline").split("\0").join(" ").trim().slice(-200);
    return [{ pid, parent: Number(parent), state, waitsIn: read("wchan"), command }];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
