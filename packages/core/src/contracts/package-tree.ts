import type { FileStat } from "./file-system.ts";

/** One name in a directory of packages. Paths are those of the guest. */
export type PackageEntry =
  | { readonly name: string; readonly type: "directory"; readonly stat: FileStat }
  | {
      readonly name: string;
      readonly type: "file";
      /** Left out where to look at it would cost more than is gained: {@link PackageTree.stat} tells. */
      readonly stat?: FileStat | undefined;
      /** The whole content, where it is small and others have asked for it. */
      readonly content?: Uint8Array | undefined;
    }
  | {
      readonly name: string;
      readonly type: "symlink";
      readonly stat: FileStat;
      /** An absolute path. */
      readonly target: string;
    };

/** A directory of packages, whole. */
export interface PackageDirectory {
  readonly path: string;
  readonly entries: readonly PackageEntry[];
  /** There may be more when it is asked again. @default false */
  readonly isGrowing?: boolean;
}

/**
 * Packages of the host that guests may read, whatever the check of their filesystem says: to give them is to allow it.
 * They lie under a few directories of the guest's root, hide what its filesystem has there, and are taken not to change
 * while there is a runtime that has them, so that cells keep what they have learnt of them.
 *
 * It answers at once. Paths are absolute, normal and lead to or into one of {@link roots}; no component but the last is a
 * symbolic link. It fails by throwing an error whose `code` is a POSIX name.
 */
export interface PackageTree {
  /** Names of directories in the guest's root: `node_modules`. */
  readonly roots: readonly string[];
  /** The directory at `path`, first, and such beneath it as are likely to be asked for next. */
  directories(path: string): readonly PackageDirectory[];
  /**
   * The same, in steps that take less than a millisecond each: between two of them its caller may do other things. Without it
   * all is told at once.
   */
  walk?(path: string): Generator<undefined, readonly PackageDirectory[]>;
  /** What is there, a link not followed. */
  stat(path: string): FileStat;
  /** The whole of a file. */
  readFile(path: string): Uint8Array;
}

/** Whether a path, absolute and normal, leads to or into one of the tree's {@link PackageTree.roots}. */
export function isInPackages({ roots }: Pick<PackageTree, "roots">, path: string): boolean {
  const end = path.indexOf("/", 1);
  return roots.includes(end === -1 ? path.slice(1) : path.slice(1, end));
}
