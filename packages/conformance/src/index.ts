export type { CreateFileSystem, FileSystemUnderTest } from "./file-system/describe-file-system.ts";
export { describeFileSystem } from "./file-system/describe-file-system.ts";
export type { FileSystemCapabilities, FileSystemCapability } from "./file-system/file-system-capabilities.ts";
export type { FileSystemBench, FileSystemCase } from "./file-system/file-system-case.ts";
export { fileSystemCases } from "./file-system/file-system-cases.ts";
