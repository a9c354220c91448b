import type { Binding, Guest } from "../guest.ts";
import { MathMin } from "../primordial.ts";

const MACHINES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  x64: "x86_64",
  arm64: "aarch64",
  ia32: "i686",
};

const ESRCH = -3;
const EACCES = -13;
const LARGEST_NICENESS = 19;

/** Where the library looks for what went wrong. */
type SystemFailure = Record<string, unknown>;

/** The machine that the embedder describes in `osConfig`; what it does not describe is one plain core. */
export function osBinding(guest: Guest): Binding {
  const heapLimit = () => {
    const statistics = new Float64Array(14);
    guest.native.heap.updateHeapStatistics(statistics);
    return statistics;
  };
  const owner = () => ({
    __proto__: null,
    uid: guest.config.uid,
    gid: guest.config.gid,
    username: guest.config.uid === 0 ? "root" : "user",
    homedir: guest.config.os.homedir,
    shell: "/bin/sh",
  });
  const fail = (failure: SystemFailure, errno: number, syscall: string): void => {
    failure["errno"] = errno;
    failure["code"] = guest.errors.name(errno);
    failure["message"] = guest.errors.message(errno);
    failure["syscall"] = syscall;
  };
  let niceness = 0;
  return {
    __proto__: null,
    isBigEndian: false,
    getHostname: () => guest.config.os.hostname,
    getHomeDirectory: () => (guest.process["env"] as Record<string, string>)["HOME"] ?? guest.config.os.homedir,
    // Read while the module `os` loads, which may be before a start.
    getOSInformation: () => [
      guest.config.os.type,
      guest.config.os.version,
      guest.config.os.release,
      MACHINES[guest.config.os.arch] ?? guest.config.os.arch,
    ],
    getUserInfo(options: { readonly encoding?: string } | undefined) {
      const info = owner();
      if (options?.encoding !== "buffer") return info;
      const { Buffer } = guest.library.require("buffer") as { Buffer: { from(text: string): Uint8Array } };
      return {
        ...info,
        username: Buffer.from(info.username),
        homedir: Buffer.from(info.homedir),
        shell: Buffer.from(info.shell),
      };
    },
    getTotalMem: () => heapLimit()[5],
    getFreeMem: () => heapLimit()[3],
    getCPUs: () => ["virtual", 0, 0, 0, 0, 0, 0],
    getAvailableParallelism: () => 1,
    getInterfaceAddresses: () => loopback(),
    getUptime: () => (guest.calls.sync("clock.now") as number) / 1000,
    getLoadAvg(values: Float64Array) {
      values[0] = 0;
      values[1] = 0;
      values[2] = 0;
    },
    getPriority(pid: number, failure: SystemFailure) {
      if (pid === 0 || pid === guest.config.pid) return niceness;
      return fail(failure, ESRCH, "uv_os_getpriority");
    },
    // As for an ordinary user, who may step back and not push forward. When a guest runs, its host decides.
    setPriority(pid: number, priority: number, failure: SystemFailure) {
      const isSelf = pid === 0 || pid === guest.config.pid;
      const status = isSelf ? (priority < niceness ? EACCES : 0) : ESRCH;
      if (status === 0) niceness = MathMin(priority, LARGEST_NICENESS);
      else fail(failure, status, "uv_os_setpriority");
      return status;
    },
  };
}

/** The one interface that every guest has, seven values for each address: its own servers are reached by it. */
function loopback(): unknown[] {
  const hardware = "00:00:00:00:00:00";
  const mask = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  return ["lo", "127.0.0.1", "255.0.0.0", "IPv4", hardware, true, -1, "lo", "::1", mask, "IPv6", hardware, true, 0];
}
