import type { Execution, SystemDriver } from "@vivarium/core";
import type { OnDiagnostic } from "./report-fault.ts";

/** What one run is, for the side that holds the host's authority. */
export interface HostRun {
  readonly systemDriver: SystemDriver;
  readonly execution: Pick<Execution, "argv" | "cwd" | "env" | "filePath" | "limits" | "stdin" | "onStdio">;
  readonly onDiagnostic: OnDiagnostic;
}
