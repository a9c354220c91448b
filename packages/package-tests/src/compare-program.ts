import type { PackageProgram, ProgramEnd } from "./package-program.ts";
import type { PackageGuests } from "./run-in-guest.ts";
import { runInNode } from "./run-in-node.ts";

/** How a program fared in a guest, beside Node. */
export interface Comparison {
  readonly name: string;
  readonly node: ProgramEnd;
  readonly guest: ProgramEnd;
  readonly isSame: boolean;
  /** Where they part, in a line; empty where they do not. */
  readonly difference: string;
}

/** Wall-clock time of one program, in milliseconds. */
const TIME_LIMIT_MS = 60_000;

/** Runs a program on both sides; what it prints and its exit code have to be the same, byte for byte. */
export async function compareProgram(program: PackageProgram, guests: PackageGuests, url: string): Promise<Comparison> {
  const node = await runInNode(program, url, TIME_LIMIT_MS);
  const guest = await guests.run(program, url, TIME_LIMIT_MS);
  const isSame = node.code === guest.code && node.stdout === guest.stdout;
  return { name: program.name, node, guest, isSame, difference: isSame ? "" : differenceOf(node, guest) };
}

function differenceOf(node: ProgramEnd, guest: ProgramEnd): string {
  const said = /^.*\b\w*Error\b.*$/m.exec(guest.stderr)?.[0] ?? "";
  if (node.code !== guest.code) return `code ${guest.code} instead of ${node.code}: ${said.trim()}`;
  const lines = node.stdout.split("\n");
  const others = guest.stdout.split("\n");
  const at = lines.findIndex((line, index) => line !== others[index]);
  return `line ${at + 1} is ${JSON.stringify(others[at])} instead of ${JSON.stringify(lines[at])}`;
}
