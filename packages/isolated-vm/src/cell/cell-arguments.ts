/** What the host tells a process that it starts, on its command line. */
export interface CellArguments {
  /** The host's process. What asks the system for its parent may hear of another one, when the host has died meanwhile. */
  readonly host: number;
  /** Whether it must not run a program unless the kernel has confined it. */
  readonly mustBeConfined: boolean;
  /** Where the isolate's addon may be. */
  readonly binaries: readonly string[];
}

/** The words for {@link CellArguments.mustBeConfined} on the command line. */
const CONFINEMENT = { required: "confined", preferred: "any" } as const;

export function readCellArguments([, , host, confinement, ...binaries]: readonly string[]): CellArguments {
  return { host: Number(host), mustBeConfined: confinement !== CONFINEMENT.preferred, binaries };
}

export function writeCellArguments({ host, mustBeConfined, binaries }: CellArguments): readonly string[] {
  return [String(host), mustBeConfined ? CONFINEMENT.required : CONFINEMENT.preferred, ...binaries];
}
