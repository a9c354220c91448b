import { isModuleCall, isOutsideCall, isStreamCall, waitsForPeer } from "@vivarium/kernel";
import type { FileCall } from "../replica/repeated-calls.ts";
import type { RunLine } from "./run-line.ts";

/** Reads and writes of standard streams that a cell may have under way before the host stops reading it. */
const MAX_STREAM_CALLS = 256;
/**
 * Its other calls. A guest has one under way, and one that it waits for; each may be answered with as much as a driver
 * gives, and what has been asked for is answered whether or not the cell takes it.
 */
const MAX_CALLS = 4;
/** Those of host functions: a cell has so many under way, and those that have been answered and are not heard of yet. */
const MAX_MODULE_CALLS = 256;
/** Bytes that these may have brought with them: more than an honest cell has under way, but for one call. */
const MAX_MODULE_BYTES = 128 * 1024 * 1024;
/**
 * Lookups, connections and the like: a cell has 256 under way. Those that wait for a peer are not counted: the host has
 * few of each stream, and answers any more at once.
 */
const MAX_OUTSIDE_CALLS = 512;
/** Bytes that calls on what lies outside may have brought with them, as for modules. */
const MAX_OUTSIDE_BYTES = 128 * 1024 * 1024;
/** Bytes that such calls may have brought with them before the host stops reading. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Bytes that may wait for a cell to take them before the host stops reading it. */
const MAX_BACKLOG_BYTES = 32 * 1024 * 1024;
/** How often to look whether a cell has caught up, in milliseconds. */
const BACKLOG_POLL_MS = 5;

/** What a cell has under way with the host, which stops reading a cell that asks faster than it takes the answers. */
export class PendingCalls {
  readonly #cell: RunLine;
  #streamCalls = 0;
  #calls = 0;
  #moduleCalls = 0;
  #moduleBytes = 0;
  #outsideCalls = 0;
  #outsideBytes = 0;
  #bytes = 0;
  #paused: NodeJS.Timeout | undefined;

  constructor(cell: RunLine) {
    this.#cell = cell;
  }

  add(call: FileCall): void {
    this.#count(call, 1);
  }

  remove(call: FileCall): void {
    this.#count(call, -1);
  }

  /** Stops reading the cell while it has too much under way. */
  hold(): void {
    if (this.#paused !== undefined || !this.#isCrowded()) return;
    this.#cell.pause();
    this.#paused = setInterval(() => {
      if (this.#isCrowded()) return;
      this.clear();
      this.#cell.resume();
    }, BACKLOG_POLL_MS);
  }

  /** Looks no more. */
  clear(): void {
    clearInterval(this.#paused);
    this.#paused = undefined;
  }

  #isCrowded(): boolean {
    return (
      this.#streamCalls >= MAX_STREAM_CALLS ||
      this.#calls >= MAX_CALLS ||
      this.#moduleCalls >= MAX_MODULE_CALLS ||
      this.#moduleBytes > MAX_MODULE_BYTES ||
      this.#outsideCalls >= MAX_OUTSIDE_CALLS ||
      this.#outsideBytes > MAX_OUTSIDE_BYTES ||
      this.#bytes > MAX_BYTES ||
      this.#cell.backlog > MAX_BACKLOG_BYTES
    );
  }

  #count(call: FileCall, by: 1 | -1): void {
    const { name, args } = call;
    const bytes = by * bytesOf(call);
    if (isModuleCall(name)) {
      this.#moduleCalls += by;
      this.#moduleBytes += bytes;
      return;
    }
    if (isOutsideCall(name)) {
      if (!waitsForPeer(name)) this.#outsideCalls += by;
      this.#outsideBytes += bytes;
      return;
    }
    if (isStreamCall(name, args)) this.#streamCalls += by;
    else this.#calls += by;
    this.#bytes += bytes;
  }
}

const BYTES_PER_CHARACTER = 2;

/** What a call has brought with it: texts are as long as input may be. */
function bytesOf({ args, input }: FileCall): number {
  let bytes = input.byteLength;
  for (const argument of args) if (typeof argument === "string") bytes += argument.length * BYTES_PER_CHARACTER;
  return bytes;
}
