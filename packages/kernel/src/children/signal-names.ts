import { constants } from "node:os";

/** The first name of those that have several is the one that Node's library tells. */
const names: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);
const numbers: ReadonlyMap<string, number> = new Map(Object.entries(constants.signals));
const harmless: readonly string[] = ["SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH"];
const unstoppable: readonly string[] = ["SIGKILL", "SIGSTOP"];

/** Undefined for a number that is no signal's. */
export function nameOfSignal(signal: number): string | undefined {
  return names.get(signal);
}

/** Undefined for a name that is no signal's. */
export function numberOfSignal(name: string): number | undefined {
  return numbers.get(name);
}

/** Whether a signal ends nothing by itself. */
export function isHarmless(name: string): boolean {
  return harmless.includes(name);
}

/** Whether a program may listen to a signal. */
export function canBeHeard(name: string): boolean {
  return !unstoppable.includes(name);
}
