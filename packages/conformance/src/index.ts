export type { CreateFileSystem, FileSystemUnderTest } from "./file-system/describe-file-system.ts";
export { describeFileSystem } from "./file-system/describe-file-system.ts";
export type { FileSystemCapabilities, FileSystemCapability } from "./file-system/file-system-capabilities.ts";
export { noFileSystemCapabilities } from "./file-system/file-system-capabilities.ts";
export type { FileSystemBench, FileSystemCase } from "./file-system/file-system-case.ts";
export { fileSystemCases } from "./file-system/file-system-cases.ts";
export { describeNetworkAdapter } from "./network/describe-network-adapter.ts";
export type { NetworkAdapterBench, NetworkAdapterUnderTest, Reachable } from "./network/network-adapter-bench.ts";
export { openNetworkAdapter } from "./network/network-adapter-bench.ts";
export type {
  NetworkAdapterCapabilities,
  NetworkAdapterCapability,
  NetworkAdapterCase,
} from "./network/network-adapter-case.ts";
export { networkAdapterCases } from "./network/network-adapter-cases.ts";
export { describeRuntimeDriver } from "./runtime-driver/describe-runtime-driver.ts";
export type { LivingProgram } from "./runtime-driver/living-program.ts";
export type { ProgramOptions } from "./runtime-driver/program-options.ts";
export type { ProgramResult, RuntimeDriverBench } from "./runtime-driver/runtime-driver-bench.ts";
export { openRuntimeDriver } from "./runtime-driver/runtime-driver-bench.ts";
export type {
  RuntimeDriverCapabilities,
  RuntimeDriverCapability,
} from "./runtime-driver/runtime-driver-capabilities.ts";
export type { RuntimeDriverCase } from "./runtime-driver/runtime-driver-case.ts";
export { runtimeDriverCases } from "./runtime-driver/runtime-driver-cases.ts";
