import type { HostileProgram, ProgramGroup } from "./hostile-program.ts";
import { algorithmPrograms } from "./programs/algorithms.table.ts";
import { childrenPrograms } from "./programs/children.table.ts";
import { databasePrograms } from "./programs/databases.table.ts";
import { directusPrograms } from "./programs/directus.table.ts";
import { floodPrograms } from "./programs/floods.table.ts";
import { http2Programs } from "./programs/http2.table.ts";
import { liePrograms } from "./programs/lies.table.ts";
import { memoryPrograms } from "./programs/memory.table.ts";
import { networkPrograms } from "./programs/network.table.ts";
import { securePrograms } from "./programs/secure.table.ts";
import { timePrograms } from "./programs/time.table.ts";

/** The whole suite. */
export const programGroups: readonly ProgramGroup[] = [
  memoryPrograms,
  timePrograms,
  floodPrograms,
  liePrograms,
  networkPrograms,
  http2Programs,
  childrenPrograms,
  algorithmPrograms,
  securePrograms,
  databasePrograms,
  directusPrograms,
];

/**
 * The program of that name.
 * @throws Error for a name that none has
 */
export function findProgram(name: string): HostileProgram {
  for (const { programs } of programGroups) {
    const found = programs.find((program) => program.name === name);
    if (found !== undefined) return found;
  }
  throw new Error(`There is no hostile program named ${name}`);
}
