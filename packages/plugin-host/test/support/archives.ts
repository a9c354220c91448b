import { gzipSync } from "node:zlib";
import { Header } from "tar";

/** One thing in an archive, as somebody hostile may write it. */
export interface ArchiveEntry {
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly type?: "File" | "Directory" | "SymbolicLink" | "Link" | "FIFO" | "CharacterDevice" | "ExtendedHeader";
  readonly linkpath?: string;
}

const BLOCK = 512;

/** An archive, block by block. */
export function tarOf(entries: readonly ArchiveEntry[], end: Uint8Array = Buffer.alloc(2 * BLOCK)): Buffer {
  const blocks = entries.flatMap(({ path, content = "", type = "File", linkpath }) => {
    const bytes = Buffer.from(content);
    const head = Buffer.alloc(BLOCK);
    new Header({ path, type, size: bytes.byteLength, mode: 0o644, ...(linkpath !== undefined && { linkpath }) }).encode(
      head,
    );
    return [head, bytes, Buffer.alloc((BLOCK - (bytes.byteLength % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...blocks, end]);
}

/** The same, packed. */
export function tgzOf(entries: readonly ArchiveEntry[]): Buffer {
  return gzipSync(tarOf(entries));
}
