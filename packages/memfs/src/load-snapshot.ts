import { Buffer } from "node:buffer";
import { createFileSystemError } from "@vivarium/core";
import { replaceContent } from "./file-content.ts";
import type { FileSystemSnapshot, SnapshotEntry, SnapshotMetadata } from "./file-system-snapshot.ts";
import { type Inode, inodeOf, type Link, type MemoryTree } from "./memory-tree.ts";
import { createSymbolicLink } from "./namespace-operations.ts";
import { parseSnapshot } from "./parse-snapshot.ts";

const request = { syscall: "restore", path: "/" };

/** Replaces everything in a tree. Nothing changes when it throws: `ERR_INVALID_SNAPSHOT`, `ENOSPC`. */
export function loadSnapshot(tree: MemoryTree, snapshot: FileSystemSnapshot): void {
  const entries = parseSnapshot(snapshot);
  assertRoom(tree, entries);
  tree.clear();
  const links: Link[] = [];
  for (const entry of entries) {
    const directory = links[entry.parent];
    links.push(directory === undefined ? tree.root : addEntry(tree, directory, entry, links));
  }
  // Adding an entry changes the times of its directory, so they are set last.
  for (const [index, entry] of entries.entries()) {
    const link = links[index];
    if (link !== undefined && entry.type !== "hard-link") setMetadata(inodeOf(link), entry);
  }
  tree.changes.note();
}

function addEntry(tree: MemoryTree, directory: Link, entry: SnapshotEntry, links: readonly Link[]): Link {
  if (entry.type === "hard-link") {
    const existing = links[entry.to] ?? tree.root;
    return tree.attachAgain(directory, entry.name, inodeOf(existing), request.syscall, request.path);
  }
  if (entry.type === "symlink") {
    return tree.attach(directory, entry.name, createSymbolicLink(tree, entry.target, request.path));
  }
  const inode = tree.createInode(entry.type, entry.mode, request.syscall, request.path);
  if (entry.type === "file") replaceContent(tree, inode, entry.content, request);
  return tree.attach(directory, entry.name, inode);
}

function setMetadata(inode: Inode, entry: SnapshotMetadata): void {
  const { mode, uid, gid, atimeMs, mtimeMs, ctimeMs, birthtimeMs } = entry;
  inode.mode = (inode.mode & ~0o7777) | mode;
  Object.assign(inode.record, { uid, gid, atimeMs, mtimeMs, ctimeMs, birthtimeMs });
}

function assertRoom(tree: MemoryTree, entries: readonly SnapshotEntry[]): void {
  const held = tree.heldWhenCleared;
  const inodes = held.inodes + entries.length - 1;
  let bytes = held.bytes;
  for (const entry of entries) {
    if (entry.type === "file") bytes += entry.content.length;
    else if (entry.type === "symlink") bytes += Buffer.byteLength(entry.target);
  }
  const { maxBytes, maxInodes } = tree.quota.limits;
  if (bytes > maxBytes || inodes > maxInodes) {
    const quota = `a quota of ${maxBytes} bytes and ${maxInodes} files, directories and links`;
    const reason = `${bytes} bytes in ${inodes} files, directories and links do not fit ${quota}`;
    throw createFileSystemError("ENOSPC", { ...request, reason });
  }
}
