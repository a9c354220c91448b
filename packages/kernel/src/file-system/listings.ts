import type { DirectoryEntry } from "@vivarium/core";
import type { ContentPiece } from "../system-calls/call-answer.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { FIRST_LISTING } from "../system-calls/long-answer.ts";
import { direntTypes } from "./stat-record.ts";

/** Entries that are told at a time: at most 750 KiB of text. */
const ENTRIES_PER_PIECE = 1_000;
/** Entries that are kept for pieces to come, unless they are of one directory. */
const MOST_ENTRIES = 250_000;
const CROWDED = `the directories that are being listed have more than ${MOST_ENTRIES} entries together`;

interface Listing {
  readonly entries: readonly DirectoryEntry[];
  told: number;
}

/**
 * What a guest is told of long directories, piece by piece: making the whole of it at once, and putting that on its way,
 * would hold up the host.
 */
export class Listings {
  readonly #listings: Map<number, Listing> = new Map();
  #next = FIRST_LISTING;
  #kept = 0;

  /** The whole text, or its first piece. Throws `ENOMEM` while so much of others is to come that it would be too much. */
  tell(entries: readonly DirectoryEntry[], inPieces: boolean): string | ContentPiece {
    if (!inPieces || entries.length <= ENTRIES_PER_PIECE) return textOf(entries);
    if (this.#kept > 0 && this.#kept + entries.length > MOST_ENTRIES) throw new CallFailure("ENOMEM", CROWDED);
    const number = this.#next++;
    const listing = { entries, told: 0 };
    this.#listings.set(number, listing);
    this.#kept += entries.length;
    return { content: piece(listing), more: number };
  }

  has(number: number): boolean {
    return number >= FIRST_LISTING;
  }

  /** The next piece. Throws `EBADF` when there is none. */
  more(number: number): Uint8Array | ContentPiece {
    const listing = this.#listings.get(number);
    if (listing === undefined) throw new CallFailure("EBADF");
    const content = piece(listing);
    if (listing.told < listing.entries.length) return { content, more: number };
    this.#listings.delete(number);
    this.#kept -= listing.entries.length;
    return content;
  }
}

function piece(listing: Listing): Uint8Array {
  const { entries, told } = listing;
  listing.told += ENTRIES_PER_PIECE;
  const text = textOf(entries.slice(told, listing.told));
  return Buffer.from(told === 0 ? text : `\0${text}`);
}

/** Type and name of each entry, with NUL between two. */
function textOf(entries: readonly DirectoryEntry[]): string {
  return entries.map(({ name, type }) => `${direntTypes[type]}${name}`).join("\0");
}
