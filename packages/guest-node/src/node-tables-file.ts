import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inPackage, runsFromSources } from "./package-folder.ts";

/** Where tables of Node's internals may lie, and what writes them. */
export interface NodeTablesPlaces {
  /** Those that ship with the package; written when it is built. */
  readonly shipped: string;
  /** Those that were written on this machine. */
  readonly kept: string;
  /** The script that writes them, for the Node that runs it. */
  readonly writer: string;
}

/** Numbers and names of Node's internals differ from version to version, and from platform to platform. */
export function nodeTablesName(): string {
  return `${process.version}-${process.platform}-${process.arch}.json`;
}

export function nodeTablesPlaces(): NodeTablesPlaces {
  return {
    shipped: inPackage("dist/node-tables"),
    kept: inPackage("build/node-tables"),
    writer: inPackage(runsFromSources ? "scripts/write-node-tables.ts" : "dist/write-node-tables.js"),
  };
}

/**
 * The tables of the Node that runs this process, as JSON: those that ship, else those that were kept here, else asked of
 * this Node in 100 ms and kept, where the folder can be written.
 *
 * @throws {Error} when this Node does not answer
 */
export function readNodeTables(places: NodeTablesPlaces = nodeTablesPlaces()): string {
  const name = nodeTablesName();
  return readIfThere(join(places.shipped, name)) ?? readIfThere(join(places.kept, name)) ?? writeTables(places, name);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function writeTables({ kept, writer }: NodeTablesPlaces, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), "vivarium-tables-"));
  const file = join(folder, name);
  // Options of this process would become those of guests.
  const { NODE_OPTIONS: _, ...env } = process.env;
  try {
    const result = spawnSync(process.execPath, ["--expose-internals", writer, file], { env, encoding: "utf8" });
    if (result.status !== 0) throw result.error ?? new Error(result.stderr.trim());
    const tables = readFileSync(file, "utf8");
    keep(tables, kept, name);
    return tables;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function keep(tables: string, folder: string, name: string): void {
  const unfinished = join(folder, `${name}-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(unfinished, tables);
    // In one step, so that another process never reads half of them.
    renameSync(unfinished, join(folder, name));
  } catch {
    // A folder that is not ours to write: the next process asks again.
    if (existsSync(unfinished)) rmSync(unfinished);
  }
}
