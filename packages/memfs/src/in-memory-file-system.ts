import type { FileSystem, OpenFlags } from "@vivarium/core";
import type { FileSystemSnapshot } from "./file-system-snapshot.ts";
import type { MemoryOpenFile } from "./open-memory-file.ts";

type AtOnce<Verb> = Verb extends (...args: infer Arguments) => infer Answer
  ? (...args: Arguments) => Awaited<Answer>
  : Verb;

/** Every verb of the `FileSystem` contract, the optional ones too; each answers at once, never with a promise. */
type FileSystemAtOnce = {
  readonly [Name in Exclude<keyof FileSystem, "resolved" | "isReadOnly">]-?: AtOnce<NonNullable<FileSystem[Name]>>;
};

/**
 * A filesystem in memory, which the embedder and the guests use through one object.
 *
 * It holds no permissions: modes and owners are stored and told, and the checks of the runtime decide. Errors carry the
 * POSIX code that Linux gives (`code`, `errno`, `syscall`, `path`); bad arguments (`writeFile("/a", 5)`) are a
 * `TypeError`.
 */
export interface InMemoryFileSystem extends FileSystemAtOnce {
  /** Opens the file itself: it keeps working after a rename, and after a removal until it is closed. */
  open(path: string, flags: OpenFlags, mode: number): MemoryOpenFile;
  /** Everything that is in it now, as plain data; later changes do not show. Open files without a name are left out. */
  snapshot(): FileSystemSnapshot;
  /**
   * Makes it what it was: everything in it is replaced. Files that are open stay usable, without a name.
   *
   * @throws `ERR_INVALID_SNAPSHOT` for data that is no snapshot; `ENOSPC` when it does not fit. Nothing has changed then.
   */
  restore(snapshot: FileSystemSnapshot): void;
  /** An independent copy with the same limits. */
  clone(): InMemoryFileSystem;
}
