import { createFileSystemError } from "@vivarium/core";
import { type Inode, type MemoryTree, sizeOf } from "./memory-tree.ts";
import { PagedBytes } from "./paged-bytes.ts";

/** Who asked, for the error message. */
interface ContentRequest {
  readonly syscall: string;
  readonly path: string;
}

/** Bytes of one file. A typed array of this length is the longest that every machine has. */
const fileLimitBytes = 2 ** 32;

/** The content of a file, or a part of it, as a copy. */
export function readContent(tree: MemoryTree, inode: Inode, start = 0, length: number = Infinity): Uint8Array {
  inode.record.atimeMs = tree.now();
  const content = new Uint8Array(Math.max(0, Math.min(length, sizeOf(inode) - start)));
  inode.record.content?.read(content, start);
  return content;
}

/** Copies a part of a file into `target`; answers how many bytes. */
export function readContentInto(tree: MemoryTree, inode: Inode, target: Uint8Array, position: number): number {
  inode.record.atimeMs = tree.now();
  return inode.record.content?.read(target, position) ?? 0;
}

/** Replaces a whole file; on `ENOSPC` the old content stays. */
export function replaceContent(tree: MemoryTree, inode: Inode, data: Uint8Array, request: ContentRequest): void {
  reserve(tree, inode, data.length, request);
  allocating(tree, inode, data.length, request, () => {
    const content = new PagedBytes();
    content.write(data, 0);
    inode.record.content = content;
  });
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
  const size = Math.max(sizeOf(inode), position + data.length);
  reserve(tree, inode, size, request);
  allocating(tree, inode, size, request, () => contentOf(inode).write(data, position));
  touch(tree, inode);
}

export function resizeContent(tree: MemoryTree, inode: Inode, size: number, request: ContentRequest): void {
  if (!Number.isSafeInteger(size) || size < 0)
    throw createFileSystemError("EINVAL", { syscall: request.syscall, path: request.path });
  reserve(tree, inode, size, request);
  allocating(tree, inode, size, request, () => contentOf(inode).resize(size));
  touch(tree, inode);
}

/** Takes of the quota what the file will need more, before any memory is allocated; gives back what it will need less. */
function reserve(tree: MemoryTree, inode: Inode, size: number, { syscall, path }: ContentRequest): void {
  if (size > fileLimitBytes) throw createFileSystemError("EFBIG", { syscall, path });
  const growth = size - sizeOf(inode);
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
  const growth = size - sizeOf(inode);
  try {
    allocate();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    tree.quota.giveBytes(growth);
    throw createFileSystemError("ENOSPC", { syscall, path, reason: "the machine has no memory left" });
  }
}

function touch(tree: MemoryTree, inode: Inode): void {
  tree.touch(inode);
  inode.record.mtimeMs = inode.record.ctimeMs;
}

function contentOf({ record }: Inode): PagedBytes {
  record.content ??= new PagedBytes();
  return record.content;
}
