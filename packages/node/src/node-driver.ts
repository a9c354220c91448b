import { type FileSystem, type ProcessConfig, type SystemDriver, VivariumError } from "@vivarium/core";
import { readCommandExecutor, readFileSystem } from "./driver-shape.ts";
import { mountAll } from "./files/create-mounted-file-system.ts";
import { emptyDirectory } from "./files/nowhere.ts";
import type { NodeDriverOptions } from "./node-driver-options.ts";
import { entriesOf, readOptions } from "./option-rule.ts";
import { readingPackages, readModuleAccess } from "./packages/module-access.ts";
import { readPermissions } from "./permission-checks.ts";
import { readNetwork } from "./read-network.ts";
import { osConfigRules, processConfigRules } from "./world-config.table.ts";

const knownOptions: readonly string[] = [
  "filesystem",
  "mounts",
  "networkAdapter",
  "useDefaultNetwork",
  "loopbackExemptPorts",
  "commandExecutor",
  "permissions",
  "processConfig",
  "osConfig",
  "moduleAccess",
];

/**
 * Composes the world of guests that see Node: what there is, and what of it they may use.
 * The result is frozen and may serve any number of Runtimes.
 *
 * @throws {VivariumError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_OPTION`, `ERR_INVALID_DRIVER`, `ERR_INVALID_PERMISSION`
 */
export function createNodeDriver(options: NodeDriverOptions = {}): SystemDriver {
  const given = new Map(entriesOf(options, "createNodeDriver(options)"));
  for (const option of given.keys()) refuseUnknown(option);
  const filesystem = readFiles(given.get("filesystem"), given.get("mounts"));
  const network = readNetwork(given);
  const commands = readCommandExecutor(given.get("commandExecutor"));
  const packages = readModuleAccess(given.get("moduleAccess"));
  const permissions = readPermissions(given.get("permissions"));
  return Object.freeze({
    ...(filesystem !== undefined && { filesystem }),
    ...(network !== undefined && { network }),
    ...(commands !== undefined && { commands }),
    ...(packages !== undefined && { packages }),
    permissions: packages === undefined ? permissions : readingPackages(permissions, packages),
    processConfig: readProcessConfig(given.get("processConfig")),
    osConfig: readOptions(given.get("osConfig"), "osConfig", osConfigRules),
  });
}

function readFiles(filesystem: unknown, mounts: unknown): FileSystem | undefined {
  const root = readFileSystem(filesystem);
  if (mounts === undefined) return root;
  if (root !== undefined && entriesOf(mounts, "mounts").some(([point]) => point === "/")) {
    const wanted = 'no filesystem at "/" beside the option "filesystem", which lies there';
    throw new VivariumError("ERR_INVALID_OPTION", { option: "mounts", wanted, actual: mounts });
  }
  return mountAll(mounts, "mounts", root ?? emptyDirectory);
}

function readProcessConfig(value: unknown): ProcessConfig {
  const config: ProcessConfig = readOptions(value, "processConfig", processConfigRules);
  if (config.frozenTimeMs !== undefined && config.timingMitigation !== "freeze") {
    throw new VivariumError("ERR_INVALID_OPTION", {
      option: "processConfig.timingMitigation",
      wanted: '"freeze" beside frozenTimeMs',
      actual: config.timingMitigation,
    });
  }
  return config;
}

function refuseUnknown(option: string): void {
  if (knownOptions.includes(option)) return;
  throw new VivariumError("ERR_UNKNOWN_OPTION", { option, where: "createNodeDriver()", known: knownOptions });
}
