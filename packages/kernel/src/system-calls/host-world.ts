import type { FileSystem } from "@vivarium/core";
import { createChildCalls } from "../children/child-calls.ts";
import type { Children } from "../children/children.ts";
import { createChildren } from "../children/create-children.ts";
import type { GuestSignals } from "../children/guest-signals.ts";
import type { Serve } from "../children/own-streams.ts";
import { createSignalCalls } from "../children/signal-calls.ts";
import { DescriptorLinks } from "../devices/descriptor-links.ts";
import { Devices } from "../devices/devices.ts";
import { withDevices } from "../devices/with-devices.ts";
import { createEnvironmentCalls } from "../environment.ts";
import { createAttributeCalls } from "../file-system/attribute-calls.ts";
import { createDescriptorCalls } from "../file-system/descriptor-calls.ts";
import { DescriptorTable } from "../file-system/descriptor-table.ts";
import { createEmptyFileSystem } from "../file-system/empty-file-system.ts";
import { FileLocks } from "../file-system/file-locks.ts";
import { GuardedFileSystem } from "../file-system/guarded-file-system.ts";
import { createInspectingCalls } from "../file-system/inspecting-calls.ts";
import { createLinkCalls } from "../file-system/link-calls.ts";
import { createLockCalls } from "../file-system/lock-calls.ts";
import { closeQuietly } from "../file-system/open-file.ts";
import { createTreeCalls } from "../file-system/tree-calls.ts";
import { createWatchCalls } from "../file-system/watch-calls.ts";
import { createWholeFileCalls } from "../file-system/whole-file-calls.ts";
import { ModuleCalls } from "../modules/module-calls.ts";
import { GuestNetwork } from "../network/guest-network.ts";
import { Loopback } from "../network/loopback.ts";
import { createNetworkCalls } from "../network/network-calls.ts";
import { NetworkPermit } from "../network/network-permit.ts";
import { createPackageCalls } from "../packages/package-calls.ts";
import type { PackageFileSystem } from "../packages/package-file-system.ts";
import { packagesOf } from "../packages/packages-of.ts";
import { withPackages } from "../packages/with-packages.ts";
import { createProcessCalls } from "../process-calls.ts";
import { StandardStreams } from "../standard-streams.ts";
import { HostStreams } from "../streams/host-streams.ts";
import { createStreamCalls } from "../streams/stream-calls.ts";
import type { HostHandlers } from "./host-handlers.ts";
import type { HostRun } from "./host-run.ts";
import { createLibraryCalls } from "./library-calls.ts";
import { LongAnswer } from "./long-answer.ts";

/**
 * What one run has of its host: files, streams, a network, children, modules, each behind its permission check, and the
 * handlers of the calls that reach them.
 */
export class HostWorld {
  /** The guest's files and its working directory. */
  readonly system: GuardedFileSystem;
  /** Its standard streams. */
  readonly streams: StandardStreams;
  readonly network: GuestNetwork;
  /** Absent when the run has none. */
  readonly modules: ModuleCalls | undefined;
  readonly handlers: HostHandlers;
  readonly #outside: HostStreams;
  readonly #locks: FileLocks;
  readonly #children: Children;
  readonly #signals: GuestSignals | undefined;

  /**
   * @param serve serves a call as if the guest had made it: for children, which have the guest's own streams
   * @throws VivariumError `ERR_INVALID_MODULE`
   */
  constructor(run: HostRun, serve: Serve) {
    const { systemDriver, execution, role, onDiagnostic } = run;
    const { permissions } = systemDriver;
    const packages = systemDriver.packages && packagesOf(systemDriver.packages);
    this.streams = createStandardStreams(run);
    this.system = createGuardedFileSystem(run, this.streams, packages);
    this.#outside = new HostStreams({ limit: execution.limits.openFilesLimit, onDiagnostic });
    // Its number is CHANNEL_STREAM: it is the first.
    if (role?.channel !== undefined) this.#outside.addChannel(role.channel.bytes);
    const permit = new NetworkPermit(permissions.network, onDiagnostic);
    const loopback = role?.loopback ?? new Loopback();
    this.#locks = new FileLocks(systemDriver.filesystem ?? createEmptyFileSystem(), loopback);
    this.network = new GuestNetwork({ adapter: systemDriver.network, permit, loopback, onDiagnostic });
    this.#children = createChildren(run, { cwd: () => this.system.cwd, streams: this.#outside, loopback, serve });
    this.#signals = role?.signals;
    this.modules = createModuleCalls(run);
    const answer = new LongAnswer();
    const descriptorCalls = createDescriptorCalls(this.system, this.streams, answer);
    this.handlers = {
      ...createInspectingCalls(this.system),
      ...descriptorCalls,
      ...createWholeFileCalls(this.system, descriptorCalls),
      ...createTreeCalls(this.system),
      ...createLinkCalls(this.system),
      ...createAttributeCalls(this.system),
      ...createProcessCalls(this.system),
      ...createEnvironmentCalls(permissions.env, onDiagnostic),
      ...createWatchCalls(this.system, this.#outside),
      ...createLockCalls(this.system, this.#locks),
      ...createStreamCalls(this.#outside),
      ...createNetworkCalls(this.network, this.#outside),
      ...createPackageCalls(packages, run.packageCode),
      ...createLibraryCalls(run.libraryFile),
      ...createChildCalls(this.#children, answer),
      ...createSignalCalls(this.#signals),
    };
  }

  /** Closes all that is open. What is under way may go no further: its calls are abandoned. */
  async dispose(): Promise<void> {
    this.system.closed = true;
    this.modules?.dispose();
    this.network.dispose();
    this.#outside.closeAll();
    this.#signals?.close();
    const files = this.system.descriptors.removeAll().flatMap(({ file }) => (file === undefined ? [] : [file]));
    try {
      await Promise.all([...files.map((file) => closeQuietly(file)), this.streams.dispose(), this.#children.dispose()]);
    } finally {
      // Others may have the files when nothing more comes of this guest.
      this.#locks.releaseAll();
    }
  }
}

function createStandardStreams({ systemDriver, execution, role, onDiagnostic }: HostRun): StandardStreams {
  const { stdinIsTTY = false, stdoutIsTTY = false, stderrIsTTY = false } = systemDriver.processConfig;
  return new StandardStreams({
    stdin: execution.stdin,
    limits: execution.limits,
    terminals: [stdinIsTTY, stdoutIsTTY, stderrIsTTY],
    onDiagnostic,
    ...(execution.onStdio === undefined ? {} : { onStdio: execution.onStdio }),
    onOutput: role?.onOutput,
  });
}

function createGuardedFileSystem(
  { systemDriver, execution, clock, firstDescriptor, streamsAreElsewhere = false, onDiagnostic }: HostRun,
  streams: StandardStreams,
  packages: PackageFileSystem | undefined,
): GuardedFileSystem {
  const { permissions, filesystem = createEmptyFileSystem() } = systemDriver;
  const descriptors = new DescriptorTable(execution.limits.openFilesLimit, firstDescriptor);
  return new GuardedFileSystem({
    filesystem: filesBeneathDevices(filesystem, packages, new DescriptorLinks(descriptors)),
    descriptors,
    devices: new Devices(streams, streamsAreElsewhere),
    check: permissions.fs,
    cwd: execution.cwd,
    // A frozen time that is yet to come would hide nothing.
    latestTimeMs: clock?.frozenTimeMs === undefined ? undefined : Math.min(clock.frozenTimeMs, Date.now()),
    onDiagnostic,
  });
}

/** What a guest's paths mean: the devices of every guest, packages of the host, the embedder's files. */
function filesBeneathDevices(
  filesystem: FileSystem,
  packages: PackageFileSystem | undefined,
  links: DescriptorLinks,
): FileSystem {
  // The kernel has resolved all links.
  const files = filesystem.resolved ?? filesystem;
  return withDevices(packages === undefined ? files : withPackages(files, packages), links);
}

function createModuleCalls({ systemDriver, execution, onDiagnostic }: HostRun): ModuleCalls | undefined {
  const { modules, limits, filePath: entry } = execution;
  if (modules === undefined || modules.size === 0) return undefined;
  return new ModuleCalls({ modules, entry, check: systemDriver.permissions.module, limits, onDiagnostic });
}
