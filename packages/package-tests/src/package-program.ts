import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A program that uses one package, and prints what comes of it. */
export interface PackageProgram {
  /** As `express`: what its package is called, or what of it is used. */
  readonly name: string;
  /** In the host. */
  readonly file: string;
  readonly source: string;
  /** Where a guest finds it. */
  readonly guestPath: string;
}

/** What a program has come to, in Node or in a guest. */
export interface ProgramEnd {
  readonly code: number;
  readonly stdout: string;
  /** What helps to see why: not compared. */
  readonly stderr: string;
}

/** The directory in which the packages are installed. */
export const packageRoot: string = fileURLToPath(new URL("..", import.meta.url));

const folder = new URL("../programs/", import.meta.url);

/** All programs, by name. */
export function listPrograms(): readonly PackageProgram[] {
  return readdirSync(folder)
    .sort()
    .map((entry) => ({
      name: entry.replace(/\.[cm]js$/, ""),
      file: fileURLToPath(new URL(entry, folder)),
      source: readFileSync(new URL(entry, folder), "utf8"),
      guestPath: `/programs/${entry}`,
    }));
}
