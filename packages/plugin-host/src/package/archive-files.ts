import { setImmediate } from "node:timers/promises";
import { Parser, type ReadEntry } from "tar";
import { quoted } from "../text/quoted.ts";
import { invalidPackage, LONGEST_CODE } from "./plugin-package.ts";

/** Files and folders of an archive. */
const MOST_ENTRIES = 10_000;
/** Bytes of what describes one file. */
const LONGEST_HEADER = 64 * 1024;

/** Archives are in blocks of so many bytes. */
const BLOCK = 512;

const FILES: ReadonlySet<string> = new Set(["File", "OldFile", "ContiguousFile"]);

/**
 * The files of an archive that are wanted, by their paths as they stand in it. Nothing is written anywhere.
 *
 * @param content of a tar archive, unpacked
 * @throws PluginError `ERR_PLUGIN_PACKAGE` for what is none, is cut off, holds anything but plain files and folders, leaves
 *   its folder, or has a wanted file twice
 */
export async function archiveFiles(
  content: AsyncIterable<Uint8Array>,
  isWanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const reader = new ArchiveReader(isWanted);
  for await (const piece of content) {
    reader.write(piece);
    // An archive is read on the host's thread: others have their turn.
    await setImmediate();
  }
  return reader.end();
}

class ArchiveReader {
  readonly #files = new Map<string, Uint8Array[]>();
  readonly #isWanted: (path: string) => boolean;
  readonly #parser: Parser = new Parser({ strict: true, maxMetaEntrySize: LONGEST_HEADER });
  #entries = 0;
  #fault: Error | undefined;
  /** The first block, until it is whole; undefined from then on. */
  #head: Uint8Array | undefined = new Uint8Array();
  #isOver = false;

  constructor(isWanted: (path: string) => boolean) {
    this.#isWanted = isWanted;
    this.#parser.on("error", ({ message }: Error) =>
      this.#fail(`it is no archive, or a broken one: ${quoted(message)}`),
    );
    this.#parser.on("ignoredEntry", (entry: ReadEntry) => this.#refuse(entry));
    this.#parser.on("meta", () => this.#count());
    this.#parser.on("eof", () => {
      this.#isOver = true;
    });
    this.#parser.on("entry", (entry: ReadEntry) => {
      this.#take(entry);
      entry.resume();
    });
  }

  write(piece: Uint8Array): void {
    if (this.#head !== undefined) this.#begin(this.#head, piece);
    // The parser would collect what follows the end.
    else if (!this.#isOver) this.#parser.write(piece);
    this.#assertSound();
  }

  end(): ReadonlyMap<string, Uint8Array> {
    if (this.#head !== undefined) this.#fail("it is no archive: it is too short for one");
    else this.#parser.end();
    this.#assertSound();
    return new Map([...this.#files].map(([path, pieces]) => [path, Buffer.concat(pieces)]));
  }

  #begin(head: Uint8Array, piece: Uint8Array): void {
    const first = Buffer.concat([head, piece]);
    this.#head = first.byteLength < BLOCK ? first : undefined;
    if (this.#head !== undefined) return;
    // The parser would unpack it once more, on this thread, without end.
    if (isPacked(first)) this.#fail("it is packed twice");
    else this.#parser.write(first);
  }

  #count(): void {
    this.#entries += 1;
    if (this.#entries > MOST_ENTRIES) this.#fail(`it has more than ${MOST_ENTRIES} files and folders`);
  }

  #take(entry: ReadEntry): void {
    this.#count();
    const path = pathOf(entry.path);
    if (path === undefined) this.#fail(`the path ${quoted(entry.path)} in it leaves its folder`);
    else if (FILES.has(entry.type)) this.#takeFile(entry, path);
    else if (entry.type !== "Directory") this.#refuse(entry);
  }

  #takeFile(entry: ReadEntry, path: string): void {
    if (!this.#isWanted(path)) return;
    if (this.#files.has(path)) this.#fail(`it has ${quoted(path, 200)} twice`);
    if (entry.size > LONGEST_CODE) this.#fail(`${quoted(path, 200)} in it has more than ${LONGEST_CODE} bytes`);
    const pieces: Uint8Array[] = [];
    this.#files.set(path, pieces);
    entry.on("data", (piece: Uint8Array) => pieces.push(piece));
  }

  #refuse({ path, type, meta }: ReadEntry): void {
    this.#fail(
      meta
        ? "it describes a file at too great a length"
        : `${quoted(path)} in it is a ${type}, and no plain file or folder`,
    );
  }

  #fail(why: string): void {
    this.#fault ??= invalidPackage(why);
  }

  #assertSound(): void {
    if (this.#fault !== undefined) throw this.#fault;
  }
}

/** A path as it stands in an archive, without what means nothing. Undefined: it leads elsewhere, or may. */
function pathOf(written: string): string | undefined {
  if (/^\/|^[A-Za-z]:|[\\\0]/.test(written)) return undefined;
  const parts = written.split("/").filter((part) => part !== "" && part !== ".");
  return parts.includes("..") ? undefined : parts.join("/");
}

const MAGICS: readonly (readonly number[])[] = [
  [0x1f, 0x8b],
  [0x28, 0xb5, 0x2f, 0xfd],
];

function isPacked(piece: Uint8Array): boolean {
  return MAGICS.some((magic) => magic.every((byte, index) => piece[index] === byte));
}
