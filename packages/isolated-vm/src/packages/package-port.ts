import { setImmediate as nextTurn } from "node:timers/promises";
import { isInPackages, type MaybePromise, policyFromData, type SystemCallScalar } from "@vivarium/core";
import {
  type CallAnswer,
  type CodeKey,
  codeKey,
  FIRST_WAITING,
  type HostCallName,
  HostCalls,
  type HostPort,
  MOST_WANTED,
  type OnDiagnostic,
  packagesOf,
  type ReadPackages,
} from "@vivarium/kernel";
import type { CellProgram } from "../channel/host-message.ts";
import { withOwnPayload } from "../own-payload.ts";

export interface PackagePortOptions {
  readonly program: CellProgram;
  readonly packages: ReadPackages;
  /** Over which the packages are read. */
  readonly host: HostPort;
  /** Serves all else. */
  readonly next: HostPort;
  readonly onDiagnostic: OnDiagnostic;
}

/** Calls on a path that leave everything as it was. */
const looks: ReadonlySet<HostCallName> = new Set<HostCallName>([
  "fs.access",
  "fs.exists",
  "fs.stat",
  "fs.readFile",
  "fs.readdir",
  "fs.readlink",
  "fs.realpath",
  "fs.moduleStat",
  "packages.code",
]);

/** Calls on an open file that leave everything as it was. */
const reads: ReadonlySet<HostCallName> = new Set<HostCallName>([
  "fs.fstat",
  "fs.close",
  "fs.read",
  "fs.readRest",
  "fs.freaddir",
  "fs.fsync",
  "fs.handleType",
]);

/** The answers to `fs.moduleStat`. */
const moduleStats: Readonly<Record<"file" | "directory" | "none", CallAnswer>> = {
  file: { result: 0 },
  directory: { result: 1 },
  none: { result: 2 },
};

/** Files that are opened here have numbers that no other of the guest's reaches; streams and the rests of long answers have higher ones. */
const FIRST_DESCRIPTOR = 1 << 20;

/** Bits of the flags of `open` with which a file might change. */
const CHANGING = 0o3 | 0o100 | 0o1000 | 0o2000;

/** `.`, `..` and empty components, and a slash at the end: the host knows what they mean. */
const unplain = /\/(?:\.{0,2}(?:\/|$))/;

/** Serves what a guest asks of packages beside it, from what its cell has learnt of them; the host, all else. */
export class PackagePort implements HostPort {
  readonly #options: PackagePortOptions;
  readonly #own: HostCalls;
  readonly #port: HostPort;
  /** What the guest has had to compile. */
  readonly #uncached: Set<CodeKey> = new Set();

  constructor(options: PackagePortOptions) {
    this.#options = options;
    const { program, packages, onDiagnostic } = options;
    const { config, filePath, limits, frozenTimeMs } = program;
    this.#own = new HostCalls({
      systemDriver: {
        packages,
        permissions: { fs: policyFromData({ rule: "allow" }) },
        processConfig: {},
        osConfig: {},
      },
      execution: { argv: [], cwd: config.cwd, env: {}, filePath, limits, stdin: "" },
      ...(frozenTimeMs === undefined ? {} : { clock: { frozenTimeMs } }),
      firstDescriptor: FIRST_DESCRIPTOR,
      onDiagnostic,
    });
    this.#port = this.#own.inlinePort();
  }

  call(name: HostCallName, args: readonly SystemCallScalar[], input: Uint8Array): CallAnswer {
    if (!this.#isOwn(name, args)) return this.#options.next.call(name, args, input);
    return this.#serve(name, args, input);
  }

  request(name: HostCallName, args: readonly SystemCallScalar[], input: Uint8Array): MaybePromise<CallAnswer> {
    if (!this.#isOwn(name, args)) return this.#options.next.request(name, args, input);
    // Not within the turn in which it was asked for, as no file is ever read so soon: a program may abort it until then.
    return nextTurn(withOwnPayload(this.#serve(name, args, input)));
  }

  /** The run is over. */
  async dispose(): Promise<void> {
    const { packages, host } = this.#options;
    packages.readOver(host);
    if (this.#uncached.size > 0) packages.wantCode(this.#uncached);
    await this.#own.dispose();
  }

  #serve(name: HostCallName, args: readonly SystemCallScalar[], input: Uint8Array): CallAnswer {
    const { packages, host } = this.#options;
    // Another run of this cell may have asked before.
    packages.readOver(host);
    if (name === "fs.moduleStat") return this.#moduleStat(args);
    if (name === "packages.code") return this.#code(args);
    return this.#port.call(name, args, input);
  }

  /** Loaders ask this most often, and mostly of what is not there. */
  #moduleStat([path]: readonly SystemCallScalar[]): CallAnswer {
    try {
      return moduleStats[packagesOf(this.#options.packages).typeOf(String(path)) ?? "none"];
    } catch {
      return moduleStats.none;
    }
  }

  #code([path, isModule]: readonly SystemCallScalar[]): CallAnswer {
    const { packages } = this.#options;
    const code = packages.code(String(path), isModule === true);
    if (code !== undefined) return { result: code.byteLength, payload: code };
    if (packages.keepsCode && this.#uncached.size < MOST_WANTED)
      this.#uncached.add(codeKey(String(path), isModule === true));
    return { result: 0 };
  }

  #isOwn(name: HostCallName, [first, flags]: readonly SystemCallScalar[]): boolean {
    if (typeof first === "number") return first >= FIRST_DESCRIPTOR && first < FIRST_WAITING && reads.has(name);
    if (typeof first !== "string") return false;
    const isLook = name === "fs.open" ? isReading(flags) : looks.has(name) && (name !== "fs.readFile" || flags === 0);
    return isLook && first.startsWith("/") && isInPackages(this.#options.packages, first) && !unplain.test(first);
  }
}

function isReading(flags: SystemCallScalar): boolean {
  return typeof flags === "number" && (flags & CHANGING) === 0;
}
