import type { Binding } from "../guest.ts";
import { dictionary } from "../past-prototypes.ts";

/** Settings of diagnostic reports that a program may read back. No report is ever written: it would tell of the host. */
export function reportBinding(): Binding {
  const binding: Binding = dictionary<unknown>();
  const setting = (getter: string, setter: string, initial: unknown) => {
    let value = initial;
    binding[getter] = () => value;
    binding[setter] = (next: unknown) => {
      value = next;
    };
  };
  setting("shouldReportOnUncaughtException", "setReportOnUncaughtException", false);
  setting("shouldReportOnFatalError", "setReportOnFatalError", false);
  setting("shouldReportOnSignal", "setReportOnSignal", false);
  setting("getCompact", "setCompact", false);
  setting("getExcludeNetwork", "setExcludeNetwork", false);
  setting("getExcludeEnv", "setExcludeEnv", false);
  setting("getDirectory", "setDirectory", "");
  setting("getFilename", "setFilename", "");
  setting("getSignal", "setSignal", "SIGUSR2");
  return binding;
}
