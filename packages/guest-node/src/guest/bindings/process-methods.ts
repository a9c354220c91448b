import { findChild } from "../children/child-registry.ts";
import { signalChild } from "../children/signal-child.ts";
import { dlopen } from "../dlopen.ts";
import { parseEnvironmentFile } from "../environment-file.ts";
import { writeToStderr } from "../fatal-exception.ts";
import type { Binding, Guest } from "../guest.ts";
import { versionsOf } from "../node-process.ts";
import { ArrayPrototypePush, ObjectDefineProperty } from "../past-prototypes.ts";
import { MathAbs, MathFloor, ObjectKeys, TypedArrayPrototypeGetLength } from "../primordial.ts";
import { exitBySignal, raiseSignal } from "../signals.ts";
import { directoryChanged } from "../workers/directory.ts";

const ESRCH = -3;
const EPERM = -1;
const EINVAL = -22;
const LAST_SIGNAL = 64;
const SIGABRT = 6;
const NANOSECONDS = 1_000_000_000n;

export function processMethodsBinding(guest: Guest): Binding {
  return {
    __proto__: null,
    ...clocks(guest),
    ...usage(guest),
    ...files(guest),
    ...life(guest),
    patchProcessObject: (process: object) => patchProcessObject(guest, process),
    setEmitWarningSync() {},
    // The inspector's and the profiler's doors do not exist here; a thread takes them away.
    _debugProcess() {},
    _debugEnd() {},
    _getActiveRequests: () => guest.loop.activeRequests(),
    _getActiveHandles: () => guest.loop.activeObjects(guest.symbols["owner_symbol"] as symbol),
    getActiveResourcesInfo: () => guest.loop.activeResources(),
  };
}

function clocks(guest: Guest): Binding {
  const words = new ArrayBuffer(24);
  const shared = new Uint32Array(words, 0, 3);
  const nanoseconds = new BigUint64Array(words, 0, 1);
  const now = () => {
    const milliseconds = guest.calls.sync("clock.now") as number;
    const whole = MathFloor(milliseconds);
    return BigInt(whole) * 1_000_000n + BigInt(MathFloor((milliseconds - whole) * 1e6));
  };
  return {
    hrtimeBuffer: shared,
    hrtime() {
      const time = now();
      const seconds = Number(time / NANOSECONDS);
      shared[0] = MathFloor(seconds / 0x1_0000_0000);
      shared[1] = seconds >>> 0;
      shared[2] = Number(time % NANOSECONDS);
    },
    hrtimeBigInt() {
      nanoseconds[0] = now();
    },
    uptime: () => (guest.calls.sync("clock.now") as number) / 1000,
  };
}

function usage(guest: Guest): Binding {
  const { calls } = guest;
  const cpu = (values: Float64Array) => {
    calls.sync("process.cpuUsage");
    values[0] = calls.record[0] ?? 0;
    values[1] = calls.record[1] ?? 0;
  };
  return {
    cpuUsage: cpu,
    threadCpuUsage: cpu,
    memoryUsage(values: Float64Array) {
      calls.sync("process.memoryUsage");
      for (let index = 0; index < 5; index++) values[index] = calls.record[index] ?? 0;
    },
    rss() {
      calls.sync("process.memoryUsage");
      return calls.record[0] ?? 0;
    },
    resourceUsage(values: Float64Array) {
      for (let index = 0; index < TypedArrayPrototypeGetLength(values); index++) values[index] = 0;
      cpu(values);
      calls.sync("process.memoryUsage");
      values[2] = MathFloor((calls.record[0] ?? 0) / 1024);
    },
    constrainedMemory: () => heapLimit(guest)[5],
    availableMemory: () => heapLimit(guest)[3],
  };
}

function heapLimit(guest: Guest): Float64Array {
  const statistics = new Float64Array(14);
  guest.native.heap.updateHeapStatistics(statistics);
  return statistics;
}

function files(guest: Guest): Binding {
  const { calls, errors } = guest;
  const answered = (result: unknown, syscall: string, path?: string): unknown => {
    if (typeof result === "number" && result < 0) {
      throw errors.uvException(result, { syscall, path, reason: calls.reason() });
    }
    return result;
  };
  return {
    cwd: () => answered(calls.sync("process.cwd"), "uv_cwd"),
    chdir(path: string) {
      const result = calls.sync("process.chdir", path);
      if (typeof result !== "number" || result >= 0) {
        directoryChanged(guest, path);
        return;
      }
      const reason = calls.reason();
      const here = calls.sync("process.cwd");
      throw errors.uvException(result, { syscall: "chdir", path: `${here}`, dest: path, reason });
    },
    umask: (mask: number | undefined) => answered(calls.sync("process.umask", mask ?? -1), "umask"),
    loadEnvFile(path: string | undefined) {
      const file = path === undefined ? ".env" : `${path}`;
      const { readFileSync } = guest.library.require("fs") as {
        readFileSync(path: string, encoding: string): string;
      };
      const values = parseEnvironmentFile(readFileSync(file, "utf8"));
      const environment = guest.process["env"] as Record<string, string>;
      const keys = ObjectKeys(values);
      for (let index = 0; index < keys.length; index++) {
        const key = keys[index] ?? "";
        if (environment[key] === undefined) environment[key] = values[key] ?? "";
      }
    },
    _rawDebug(text: string) {
      writeToStderr(guest, `${text}\n`);
    },
  };
}

function life(guest: Guest): Binding {
  return {
    reallyExit(code: number) {
      guest.exit(code | 0);
    },
    abort() {
      exitBySignal(guest, SIGABRT);
    },
    _kill(givenPid: unknown, givenSignal: unknown) {
      const { config } = guest;
      // Without the checks of `process.kill`, a program reaches this too: whole numbers, as Node's native side makes them.
      const pid = (givenPid as number) | 0;
      const signal = (givenSignal as number) | 0;
      // A child leads a group of its own.
      const child = findChild(guest, MathAbs(pid));
      if (child !== undefined) return signalChild(guest, child, signal);
      if (pid !== config.pid && pid !== 0 && pid !== config.ppid) return ESRCH;
      if (signal < 0 || signal > LAST_SIGNAL) return EINVAL;
      if (pid === config.ppid) return EPERM;
      if (signal === 0) return 0;
      return raiseSignal(guest, signal);
    },
    dlopen: (...given: unknown[]) => dlopen(guest, given),
    execve() {
      throw guest.errors.uvException(-13, { syscall: "execve" });
    },
  };
}

/** The properties of `process` that depend on the run. */
function patchProcessObject(guest: Guest, process: object): void {
  const { config } = guest;
  const own = (name: string, value: unknown, writable = true) => {
    ObjectDefineProperty(process, name, { value, enumerable: true, writable, configurable: true });
  };
  let title = `${(guest.options()["--title"] as string | undefined) || "node"}`;
  ObjectDefineProperty(process, "title", {
    enumerable: true,
    configurable: true,
    get: () => title,
    set(value: unknown) {
      title = `${value as string}`;
    },
  });
  own("version", config.version, false);
  own("versions", versionsOf(guest.tables.versions, config.version), false);
  own("argv", copyOfArray(config.argv));
  own("execArgv", copyOfArray(config.execArgv));
  own("pid", config.pid, false);
  own("ppid", config.ppid, false);
  own("execPath", config.execPath);
  own("debugPort", 9229);
  own("platform", config.platform, false);
  own("arch", config.arch, false);
}

function copyOfArray(source: readonly string[]): string[] {
  const copy: string[] = [];
  for (let index = 0; index < source.length; index++) ArrayPrototypePush(copy, source[index] ?? "");
  return copy;
}
