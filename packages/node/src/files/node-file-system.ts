import fs from "node:fs";
import { resolve } from "node:path";
import { VivariumError } from "@vivarium/core";
import { flag, type OptionRules, oneOf, readOptions, text } from "../option-rule.ts";
import { ComparedPaths } from "./compared-paths.ts";
import { DescriptorPaths, mountOf } from "./descriptor-paths.ts";
import { FollowingFileSystem } from "./following-file-system.ts";
import type { PathHolder } from "./held-path.ts";
import { type HostCalls, pooledCalls, promptCalls } from "./host-calls.ts";
import { HostFiles } from "./host-files.ts";
import { DeviceNumbers } from "./host-stat.ts";
import { run } from "./steps.ts";

/** What a directory of the host is to guests. */
export interface NodeFileSystemOptions {
  /** The directory of the host that guests see as `/`. It has to exist; a relative path begins at the working directory. */
  readonly root: string;
  /** Whether every change is refused with `EROFS`. @default false */
  readonly readOnly?: boolean | undefined;
  /**
   * Whether what other filesystems hold that are mounted beneath the root is refused with `EACCES`. What the host's kernel
   * makes up as files (`/proc`, `/sys` and their kind) is refused in any case, unless the root itself lies there. Linux only.
   * @default false
   */
  readonly oneFileSystem?: boolean | undefined;
  /**
   * Which calls leave the host's thread for its thread pool: `"long"` those that may take milliseconds (more than a mebibyte
   * to move, long directories, `fsync`, the end of large files), `"all"` for filesystems that may hang, on a network say, and
   * `"none"` for inline cells, whose guests cannot wait for a promise.
   * @default "long"
   */
  readonly threads?: "long" | "all" | "none" | undefined;
  /** Shown in error messages to the embedder. @default "host directory" */
  readonly name?: string | undefined;
}

const rules: OptionRules = {
  root: text,
  readOnly: flag,
  oneFileSystem: flag,
  threads: oneOf("long", "all", "none"),
  name: text,
};

/**
 * A directory of the host as the files of guests. Nothing outside of it can be reached: symbolic links are told as they
 * are and followed within the directory alone (an absolute target begins at its root), every path is checked to lie
 * where it says, and what is not a file or a directory is never opened. Errors name the guest's paths. Several runtimes may
 * use one at once; there is nothing to dispose of.
 *
 * On Linux this holds also against programs of the host that swap directories for links meanwhile. Elsewhere such a program
 * can lead a call astray. A hard link to a file that lies elsewhere, too, is that file.
 *
 * @throws {VivariumError} `ERR_INVALID_OPTION`, `ERR_UNKNOWN_OPTION`; `ERR_UNSUPPORTED_CAPABILITY` on Windows, and on Linux
 *   without `/proc`
 */
export class NodeFileSystem extends FollowingFileSystem {
  constructor(options: NodeFileSystemOptions) {
    super(makeFiles(options));
  }
}

function makeFiles(options: NodeFileSystemOptions): HostFiles {
  const given: Partial<NodeFileSystemOptions> = readOptions(options, "new NodeFileSystem()", rules);
  const { readOnly = false, oneFileSystem = false, threads = "long", name = "host directory" } = given;
  const brief = threads === "all" ? pooledCalls : promptCalls;
  const long = threads === "none" ? promptCalls : pooledCalls;
  const paths = pathsBeneath(realRoot(given.root), brief, oneFileSystem);
  return new HostFiles(name, { paths, brief, long, devices: new DeviceNumbers(), readOnly });
}

function realRoot(root: string | undefined): string {
  const problem = (cause?: unknown): VivariumError =>
    new VivariumError(
      "ERR_INVALID_OPTION",
      { option: "new NodeFileSystem().root", wanted: "a directory of the host that exists", actual: root },
      cause === undefined ? {} : { cause },
    );
  if (root === undefined || root === "") throw problem();
  let real: string;
  try {
    real = fs.realpathSync.native(resolve(root));
    if (fs.statSync(real).isDirectory()) return real;
  } catch (cause) {
    throw problem(cause);
  }
  throw problem();
}

function pathsBeneath(root: string, calls: HostCalls, oneFileSystem: boolean): PathHolder {
  if (process.platform === "win32") throw unsupported("Windows", "use an in-memory filesystem");
  if (process.platform !== "linux") {
    if (oneFileSystem) throw unsupported("oneFileSystem", "this system does not tell where something is mounted");
    return new ComparedPaths(root, calls);
  }
  const { dev } = fs.statSync(root);
  const fd = fs.openSync(root, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    if (fs.readlinkSync(`/proc/self/fd/${fd}`) !== root) throw new Error("The root does not lie where it is");
    const mount = oneFileSystem ? run(mountOf(promptCalls, fd)) : undefined;
    return new DescriptorPaths({ root, calls, dev, mount: typeof mount === "string" ? mount : undefined });
  } catch (cause) {
    throw unsupported("this machine", "mount /proc, or let the process read /proc/self/fd", cause);
  } finally {
    fs.closeSync(fd);
  }
}

function unsupported(capability: string, alternative: string, cause?: unknown): VivariumError {
  const detail = { driver: "NodeFileSystem", capability, alternative };
  return new VivariumError("ERR_UNSUPPORTED_CAPABILITY", detail, cause === undefined ? {} : { cause });
}
