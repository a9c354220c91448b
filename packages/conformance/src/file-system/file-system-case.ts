import type { FileSystem } from "@vivarium/core";
import type { FileSystemCapability } from "./file-system-capabilities.ts";

/** What one case works with. */
export interface FileSystemBench {
  /** The filesystem under test; the methods of the capabilities that the case needs are there. */
  readonly fs: Required<FileSystem>;
  /** A path in the empty directory that the case has for itself: `at("a/b")`. */
  at(path: string): string;
}

/** One promise of the contract, and the steps that show whether a filesystem keeps it. */
export interface FileSystemCase {
  /** A sentence about the filesystem, beginning with the verb that is tested. */
  readonly name: string;
  readonly needs?: readonly FileSystemCapability[];
  run(bench: FileSystemBench): Promise<void>;
}
