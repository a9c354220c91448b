export { createCommandExecutor } from "./commands/create-command-executor.ts";
export type { CommandExecutorOptions } from "./commands/executor-options.ts";
export { createMountedFileSystem } from "./files/create-mounted-file-system.ts";
export { NodeFileSystem, type NodeFileSystemOptions } from "./files/node-file-system.ts";
export { createDefaultNetworkAdapter, type DefaultNetworkAdapter } from "./network/default-network-adapter.ts";
export type { DefaultNetworkOptions } from "./network/default-network-options.ts";
export { createNodeDriver } from "./node-driver.ts";
export type { ModuleAccess, NodeDriverOptions } from "./node-driver-options.ts";
