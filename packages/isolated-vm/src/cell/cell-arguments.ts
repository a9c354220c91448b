/** What the host tells a process that it starts, on its command line. */
export interface CellArguments {
  /** The host's process. What asks the system for its parent may hear of another one, when the host has died meanwhile. */
  readonly host: number;
  /** Where the isolate's addon may be. */
  readonly binaries: readonly string[];
}

export function readCellArguments([, , host, ...binaries]: readonly string[]): CellArguments {
  return { host: Number(host), binaries };
}
