import type { Binding, Guest } from "../guest.ts";
import { dictionary } from "../past-prototypes.ts";
import { JSONStringify } from "../primordial.ts";

/** What a guest on Linux is told of the C library: programs ask which of two they are to load native addons for. */
const GLIBC = { glibcVersionCompiler: "2.28", glibcVersionRuntime: "2.28" };

/**
 * Settings of diagnostic reports that a program may read back, and the head of one: what it is told of its world elsewhere,
 * too. None is ever written.
 */
export function reportBinding(guest: Guest): Binding {
  const binding: Binding = dictionary<unknown>();
  binding["getReport"] = () => JSONStringify({ header: headerOf(guest), sharedObjects: [] });
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

function headerOf({ config }: Guest): object {
  const { os, platform, arch, version, cwd } = config;
  return {
    reportVersion: 5,
    event: "JavaScript API",
    trigger: "GetReport",
    filename: null,
    processId: config.pid,
    cwd,
    commandLine: [config.execPath],
    nodejsVersion: version,
    ...(platform === "linux" && GLIBC),
    wordSize: 64,
    arch,
    platform,
    osName: os.type,
    osRelease: os.release,
    osVersion: os.version,
    cpus: [],
    networkInterfaces: [],
    host: os.hostname,
  };
}
