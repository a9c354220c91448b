import type { Execution, SystemDriver } from "@vivarium/core";
import type { ClockOptions } from "../cell/clock.ts";
import type { ChildRole, StartGuest } from "../children/child-role.ts";
import type { PackageCode } from "../packages/package-code.ts";
import type { OnDiagnostic } from "./report-fault.ts";

/** What one run is, for the side that holds the host's authority. */
export interface HostRun {
  readonly systemDriver: SystemDriver;
  readonly execution: Pick<
    Execution,
    "profile" | "argv" | "cwd" | "env" | "filePath" | "limits" | "modules" | "stdin" | "unhandledRejections" | "onStdio"
  > &
    Partial<Pick<Execution, "mode">>;
  /** @default the clocks go */
  readonly clock?: ClockOptions;
  /** Number of the first file that is opened: others serve the guest's files below. @default 3 */
  readonly firstDescriptor?: number;
  /** Whether the standard streams are served by somebody else, so that their devices cannot be opened here. @default false */
  readonly streamsAreElsewhere?: boolean;
  /** Of a guest that another one has started. */
  readonly role?: ChildRole;
  /** Starts other guests for this one. @default it can start none */
  readonly startGuest?: StartGuest;
  /** Code cache of the packages. @default there is none */
  readonly packageCode?: PackageCode | undefined;
  /** Files of the guest's library, by name; `undefined`: there is none of that name. @default there are none */
  readonly libraryFile?: ((name: string) => Uint8Array | undefined) | undefined;
  readonly onDiagnostic: OnDiagnostic;
}
