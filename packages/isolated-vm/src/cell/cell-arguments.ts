/** What the host tells a process that it starts, on its command line. */
export interface CellArguments {
  /** The host's process. What asks the system for its parent may hear of another one, when the host has died meanwhile. */
  readonly host: number;
  /** Whether it must not run a program unless the kernel has confined it. */
  readonly mustBeConfined: boolean;
  /** False for whoever wants to see what holds a cell where the kernel confines nothing. */
  readonly asksKernel: boolean;
  /** Where the isolate's addon may be. */
  readonly binaries: readonly string[];
}

/** The words for it on the command line. */
const CONFINEMENT = { required: "confined", preferred: "any" } as const;
const UNASKED = "-unasked";

export function readCellArguments([, , host, confinement = "", ...binaries]: readonly string[]): CellArguments {
  const asksKernel = !confinement.endsWith(UNASKED);
  const wanted = asksKernel ? confinement : confinement.slice(0, -UNASKED.length);
  return { host: Number(host), mustBeConfined: wanted !== CONFINEMENT.preferred, asksKernel, binaries };
}

export function writeCellArguments({ host, mustBeConfined, asksKernel, binaries }: CellArguments): readonly string[] {
  const wanted = mustBeConfined ? CONFINEMENT.required : CONFINEMENT.preferred;
  return [String(host), asksKernel ? wanted : `${wanted}${UNASKED}`, ...binaries];
}
