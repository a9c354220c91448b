import { type CommandExecutor, type FileSystem, type NetworkAdapter, VivariumError } from "@vivarium/core";

interface DriverShape {
  /** The option that takes the driver. */
  readonly option: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

type Methods<Driver> = readonly Exclude<keyof Driver & string, "name" | "resolved">[];

const fileSystemRequired: Methods<FileSystem> = [
  "readFile",
  "writeFile",
  "readDirWithTypes",
  "mkdir",
  "stat",
  "removeFile",
  "removeDir",
  "rename",
];
const fileSystemOptional: Methods<FileSystem> = [
  "lstat",
  "readTextFile",
  "readDir",
  "createDir",
  "exists",
  "realpath",
  "symlink",
  "readlink",
  "link",
  "chmod",
  "chown",
  "lchown",
  "utimes",
  "lutimes",
  "truncate",
  "readInto",
  "pread",
  "pwrite",
  "open",
  "usage",
  "statPlain",
];
const networkOptional: Methods<NetworkAdapter> = ["fetch", "lookup", "resolve", "connect", "connectPath", "listen"];
const commandsRequired: Methods<CommandExecutor> = ["run"];
const commandsOptional: Methods<CommandExecutor> = ["resolve"];

/**
 * @param option what messages call it unless it has a name
 * @throws {VivariumError} `ERR_INVALID_DRIVER`
 */
export function readFileSystem(value: unknown, option = "filesystem"): FileSystem | undefined {
  const shape = { option, required: fileSystemRequired, optional: fileSystemOptional };
  if (!hasShape<FileSystem>(value, shape)) return undefined;
  hasShape<FileSystem>(value.resolved, { ...shape, option: `${option}.resolved` });
  return value;
}

/** @throws {VivariumError} `ERR_INVALID_DRIVER` */
export function readNetworkAdapter(value: unknown): NetworkAdapter | undefined {
  const shape = { option: "networkAdapter", required: [], optional: networkOptional };
  return hasShape<NetworkAdapter>(value, shape) ? value : undefined;
}

/** @throws {VivariumError} `ERR_INVALID_DRIVER` */
export function readCommandExecutor(value: unknown): CommandExecutor | undefined {
  const shape = { option: "commandExecutor", required: commandsRequired, optional: commandsOptional };
  return hasShape<CommandExecutor>(value, shape) ? value : undefined;
}

/** `false` for a driver that was left out; throws for what cannot be one. */
function hasShape<Driver extends object>(value: unknown, shape: DriverShape): value is Driver {
  if (value === undefined) return false;
  if (typeof value !== "object" || value === null) throw invalid(shape.option, "an object with methods", value);
  const label = typeof Reflect.get(value, "name") === "string" ? String(Reflect.get(value, "name")) : shape.option;
  for (const method of shape.required) {
    const member: unknown = Reflect.get(value, method);
    if (typeof member !== "function") throw invalid(label, `a method ${method}()`, member);
  }
  for (const method of shape.optional) {
    const member: unknown = Reflect.get(value, method);
    if (member !== undefined && typeof member !== "function") {
      throw invalid(label, `${method} to be a method or left out`, member);
    }
  }
  return true;
}

function invalid(driver: string, wanted: string, actual: unknown): VivariumError {
  return new VivariumError("ERR_INVALID_DRIVER", { driver, wanted, actual });
}
