import { type CommandExecutor, type FileSystem, type NetworkAdapter, VivariumError } from "@vivarium/core";
import { misspeltMethod } from "./misspelt-method.ts";

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
  "createSocket",
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
  "isReadOnly",
  "watch",
  "statPlain",
];
const networkOptional: Methods<NetworkAdapter> = ["fetch", "lookup", "resolve", "connect", "connectPath", "listen"];
const commandsRequired: Methods<CommandExecutor> = ["run"];
const commandsOptional: Methods<CommandExecutor> = ["resolve"];

/** What is no method of a contract's. */
const otherMembers: readonly string[] = ["name", "resolved", "constructor"];

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
  if (!hasShape<NetworkAdapter>(value, shape)) return undefined;
  if (networkOptional.every((method) => value[method] === undefined))
    throw invalid(labelOf(value, shape), `at least one of the methods ${networkOptional.join(", ")}`, value);
  return value;
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
  const label = labelOf(value, shape);
  for (const method of [...shape.required, ...shape.optional]) {
    const member: unknown = Reflect.get(value, method);
    if (typeof member === "function") continue;
    const misspelt = misspeltMethod(value, method, [...shape.required, ...shape.optional, ...otherMembers]);
    if (misspelt !== undefined && member === undefined)
      throw invalid(label, `${method} as the name of a method`, misspelt);
    if (shape.required.includes(method)) throw invalid(label, `a method ${method}()`, member);
    if (member !== undefined) throw invalid(label, `${method} to be a method or left out`, member);
  }
  return true;
}

function labelOf(driver: object, { option }: DriverShape): string {
  const name: unknown = Reflect.get(driver, "name");
  return typeof name === "string" ? name : option;
}

function invalid(driver: string, wanted: string, actual: unknown): VivariumError {
  return new VivariumError("ERR_INVALID_DRIVER", { driver, wanted, actual });
}
