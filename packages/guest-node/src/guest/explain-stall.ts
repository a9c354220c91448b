import { writeToStderr } from "./fatal-exception.ts";
import type { GuestCore } from "./guest.ts";
import { StringPrototypeRepeat } from "./primordial.ts";

/** Where a module waits at its top level; line 0: not known. */
export type StalledAwait = [file: unknown, line: number, column: number, source: string];

/** Tells stderr where the entry point waits for good, and the kernel, if that is why the program fails. */
export function explainStall(guest: GuestCore, places: readonly StalledAwait[], fails: boolean): void {
  let first = "";
  for (let index = 0; index < places.length; index++) {
    const place = places[index];
    if (place === undefined) continue;
    const file = place[0] as string;
    const line = place[1];
    const where = line > 0 ? `${file}:${line}\n${place[3]}\n${StringPrototypeRepeat(" ", place[2])}^` : file;
    if (first === "") first = line > 0 ? ` at ${file}:${line}` : ` in ${file}`;
    writeToStderr(guest, `Warning: Detected unsettled top-level await at ${where}\n\n\n\n`);
  }
  if (!fails) return;
  const message = `The module has not run to its end: its top-level await${first} is unsettled`;
  guest.calls.sync("result.threw", message, "");
}
