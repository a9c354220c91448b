import type { Binding } from "../guest.ts";

export function reportBinding(): Binding {
  return {
    __proto__: null,
    shouldReportOnUncaughtException: () => false,
    shouldReportOnFatalError: () => false,
    shouldReportOnSignal: () => false,
    getCompact: () => false,
    getExcludeNetwork: () => false,
    getExcludeEnv: () => false,
    getDirectory: () => "",
    getFilename: () => "",
    getSignal: () => "SIGUSR2",
  };
}
