import { childrenOf, type Inode, inodeOf, type Link, type MemoryTree, typeOf } from "./memory-tree.ts";

/** Owner, mode and times of what a snapshot holds; the words of `FileStat`. */
export interface SnapshotMetadata {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;
}

/** Where an entry is. The root, which comes first, has the parent -1 and the name `""`. */
export interface SnapshotName {
  /** Index of the directory that it is in; always before it. */
  readonly parent: number;
  readonly name: string;
}

/** A directory; what is in it names it as parent. */
export interface SnapshotDirectory extends SnapshotName, SnapshotMetadata {
  readonly type: "directory";
}

/** A file under its first name, with its whole content. */
export interface SnapshotFile extends SnapshotName, SnapshotMetadata {
  readonly type: "file";
  readonly content: Uint8Array;
}

/** A symbolic link under its first name; the target is the text that it holds, unresolved. */
export interface SnapshotSymbolicLink extends SnapshotName, SnapshotMetadata {
  readonly type: "symlink";
  readonly target: string;
}

/** The name of a Unix socket: nobody listens there. */
export interface SnapshotSocket extends SnapshotName, SnapshotMetadata {
  readonly type: "socket";
}

/** A further name of a file, a symbolic link or a socket. */
export interface SnapshotHardLink extends SnapshotName {
  readonly type: "hard-link";
  /** Index of the entry that it names too; always before it. */
  readonly to: number;
}

/** One name in a filesystem and what it names. */
export type SnapshotEntry = SnapshotDirectory | SnapshotFile | SnapshotSymbolicLink | SnapshotSocket | SnapshotHardLink;

/**
 * Everything in a filesystem as plain data, frozen: fit for `structuredClone`, a message to a worker, or a store.
 * Its size is linear in what it holds, however deep the directories are.
 */
export interface FileSystemSnapshot {
  readonly version: 1;
  readonly entries: readonly SnapshotEntry[];
}

export function captureSnapshot(tree: MemoryTree): FileSystemSnapshot {
  const entries: SnapshotEntry[] = [];
  const indexes = new Map<Inode, number>();
  const pending: Array<{ readonly parent: number; readonly name: string; readonly link: Link }> = [
    { parent: -1, name: "", link: tree.root },
  ];
  for (const { parent, name, link } of pending) {
    const inode = inodeOf(link);
    const to = indexes.get(inode);
    if (to !== undefined) {
      entries.push(Object.freeze({ type: "hard-link", parent, name, to }));
      continue;
    }
    const index = entries.length;
    indexes.set(inode, index);
    entries.push(Object.freeze(captureInode(inode, { parent, name })));
    for (const [childName, child] of childrenOf(link)) pending.push({ parent: index, name: childName, link: child });
  }
  return Object.freeze({ version: 1, entries: Object.freeze(entries) });
}

function captureInode(inode: Inode, place: SnapshotName): SnapshotEntry {
  const { uid, gid, atimeMs, mtimeMs, ctimeMs, birthtimeMs } = inode.record;
  const mode = inode.mode & 0o7777;
  const common = { ...place, mode, uid, gid, atimeMs, mtimeMs, ctimeMs, birthtimeMs };
  const type = typeOf(inode);
  switch (type) {
    case "directory":
    case "socket":
      return { type, ...common };
    case "symlink":
      return { type, ...common, target: inode.symlink };
    case "file":
      return { type, ...common, content: contentOf(inode) };
    default:
      return type satisfies never;
  }
}

function contentOf({ record }: Inode): Uint8Array {
  const content = new Uint8Array(record.content?.size ?? 0);
  record.content?.read(content, 0);
  return content;
}
