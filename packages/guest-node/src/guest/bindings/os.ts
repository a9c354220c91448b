import type { Binding, Guest } from "../guest.ts";

const MACHINES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  x64: "x86_64",
  arm64: "aarch64",
  ia32: "i686",
};

const ESRCH = -3;
const EACCES = -13;

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
    getInterfaceAddresses: () => [],
    getUptime: () => (guest.calls.sync("clock.now") as number) / 1000,
    getLoadAvg(values: Float64Array) {
      values[0] = 0;
      values[1] = 0;
      values[2] = 0;
    },
    getPriority(pid: number, failure: SystemFailure) {
      if (pid === 0 || pid === guest.config.pid) return 0;
      return fail(failure, ESRCH, "uv_os_getpriority");
    },
    setPriority(_pid: number, _priority: number, failure: SystemFailure) {
      fail(failure, EACCES, "uv_os_setpriority");
      return EACCES;
    },
  };
}
