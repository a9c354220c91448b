import { Buffer } from "node:buffer";
import { createFileSystemError } from "@vivarium/core";
import type { Inode, MemoryTree } from "./memory-tree.ts";

/** Who asked, for the error message. */
interface ContentRequest {
  readonly syscall: string;
  readonly path: string;
}

/** Half-empty buffers smaller than this are not worth a copy. */
const slackBytes = 4096;

/** Bytes of one file. A typed array of this length is the longest that every machine has. */
const fileLimitBytes = 2 ** 32;

/** The content of a file, or a part of it, as a copy. */
export function readContent(tree: MemoryTree, inode: Inode, start = 0, length: number = Infinity): Uint8Array {
  inode.record.atimeMs = tree.now();
  return new Uint8Array(
    inode.buf.subarray(Math.min(start, inode.getSize()), Math.min(inode.getSize(), start + length)),
  );
}

/** Copies a part of a file into `target`; answers how many bytes. */
export function readContentInto(tree: MemoryTree, inode: Inode, target: Uint8Array, position: number): number {
  inode.record.atimeMs = tree.now();
  const end = Math.min(inode.getSize(), position + target.length);
  if (position >= end) return 0;
  target.set(inode.buf.subarray(position, end));
  return end - position;
}

/** Replaces a whole file; on `ENOSPC` the old content stays. */
export function replaceContent(tree: MemoryTree, inode: Inode, data: Uint8Array, request: ContentRequest): void {
  reserve(tree, inode, data.length, request);
  allocating(tree, inode, data.length, request, () => inode.setBuffer(asBuffer(data)));
  touch(tree, inode);
}

/** Writes bytes at a position; a gap before it becomes zeros, and takes of the quota like any other byte. */
export function writeContent(
  tree: MemoryTree,
  inode: Inode,
  data: Uint8Array,
  position: number,
  request: ContentRequest,
): void {
  if (data.length === 0) return;
  const size = Math.max(inode.getSize(), position + data.length);
  reserve(tree, inode, size, request);
  allocating(tree, inode, size, request, () => inode.write(asBuffer(data), 0, data.length, position));
  touch(tree, inode);
}

export function resizeContent(tree: MemoryTree, inode: Inode, size: number, request: ContentRequest): void {
  if (!Number.isSafeInteger(size) || size < 0)
    throw createFileSystemError("EINVAL", { syscall: request.syscall, path: request.path });
  reserve(tree, inode, size, request);
  allocating(tree, inode, size, request, () => inode.truncate(size));
  // memfs keeps the old buffer of a shortened file: a file of no bytes could hold a gigabyte.
  if (inode.buf.length > 2 * size + slackBytes) inode.setBuffer(inode.buf.subarray(0, size));
  touch(tree, inode);
}

/** Takes of the quota what the file will need more, before any memory is allocated; gives back what it will need less. */
function reserve(tree: MemoryTree, inode: Inode, size: number, { syscall, path }: ContentRequest): void {
  if (size > fileLimitBytes) throw createFileSystemError("EFBIG", { syscall, path });
  const growth = size - inode.getSize();
  if (growth > 0) tree.quota.takeBytes(growth, syscall, path);
  else tree.quota.giveBytes(-growth);
}

/** A machine without the memory that the quota promises answers as a full disk does, and the count stays exact. */
function allocating(
  tree: MemoryTree,
  inode: Inode,
  size: number,
  { syscall, path }: ContentRequest,
  allocate: () => void,
): void {
  const growth = size - inode.getSize();
  try {
    allocate();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    tree.quota.giveBytes(growth);
    throw createFileSystemError("ENOSPC", { syscall, path, reason: "the machine has no memory left" });
  }
}

function touch(tree: MemoryTree, inode: Inode): void {
  const { record } = inode;
  record.mtimeMs = tree.now();
  record.ctimeMs = record.mtimeMs;
}

const asBuffer = (data: Uint8Array): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
