import type { Guest } from "../guest.ts";
import { TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import { TypedArrayPrototypeGetLength } from "../primordial.ts";
import { HostEnd } from "./host-end.ts";
import type { StreamCore } from "./stream-core.ts";
import { type Arrival, type Settled, type StreamEnd, UV_EOF } from "./stream-end.ts";
import { endSource, type PumpSource, pump } from "./stream-pump.ts";

/**
 * A guest that was given a connection writes one byte before all others when it begins to use it. If it closes it before, the
 * connection is its giver's again.
 */
const BEGINS: Uint8Array = new Uint8Array(1);

/** The end of a connection that another guest has given to this one. */
export class TakenEnd extends HostEnd {
  readonly #guest: Guest;
  #hasBegun = false;

  constructor(guest: Guest, stream: number, resource: string) {
    super(guest, stream, resource);
    this.#guest = guest;
  }

  override read(deliver: (arrival: Arrival, reason?: string) => void): void {
    this.#begin();
    super.read(deliver);
  }

  override write(bytes: Uint8Array, isOwn: boolean, settled: Settled): number | undefined {
    this.#begin();
    return super.write(bytes, isOwn, settled);
  }

  override shutdown(settled: Settled): undefined {
    this.#begin();
    super.shutdown(settled);
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#guest.calls.request("stream.write", [this.stream], ignore, { input: BEGINS, ref: false });
  }
}

/**
 * What stays behind a handle that was given to another guest: that one reads what comes, and both may write. To close the handle
 * closes nothing that the other guest still has.
 */
class GivenEnd implements StreamEnd {
  readonly fd = -1;
  readonly #end: StreamEnd;
  #isClosed = false;
  #isOver = false;
  #isFinished = false;
  #reader: ((arrival: Arrival) => void) | undefined;
  #outcome = 0;

  constructor(end: StreamEnd) {
    this.#end = end;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What comes is read by the other guest; that nothing more will, both hear. */
  read(deliver: (arrival: Arrival) => void): void {
    this.#reader = deliver;
    if (this.#outcome !== 0) deliver(this.#outcome);
  }

  write(bytes: Uint8Array, isOwn: boolean, settled: Settled): number | undefined {
    return this.#end.write(bytes, isOwn, settled);
  }

  shutdown(settled: Settled): number | undefined {
    return this.#end.shutdown(settled);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#isOver) this.#end.close();
    else if (this.#isFinished) this.#end.shutdown(ignore);
  }

  /** Nothing more will come. */
  tellEnd(status: number): void {
    this.#outcome = status;
    if (!this.#isClosed) this.#reader?.(status);
  }

  /** The other guest writes no more: nobody does, unless this one still may. */
  finish(): void {
    this.#isFinished = true;
    if (this.#isClosed) this.#end.shutdown(ignore);
  }

  /** The other guest is done with it. */
  release(): void {
    this.#isOver = true;
    if (this.#isClosed) this.#end.close();
  }
}

/** Joins what is behind a handle with an end that another guest has the other side of; the handle reads no more. */
export function giveEnd(core: StreamCore, handle: object, away: StreamEnd): void {
  const diverted = core.divert(handle, (end) => new GivenEnd(end));
  if (diverted === undefined) return;
  const { source, end: kept, restore } = diverted;
  joinOnceBegun({ source, to: kept, away }, () => {
    if (kept.isClosed) kept.release();
    else restore();
  });
}

/** Joins an end that nobody else has with one that another guest has the other side of. */
export function lendEnd(end: StreamEnd, away: StreamEnd): void {
  const kept = new GivenEnd(end);
  kept.close();
  joinOnceBegun({ source: endSource(end), to: kept, away }, () => kept.release());
}

interface Joined {
  readonly source: PumpSource;
  readonly to: GivenEnd;
  readonly away: StreamEnd;
}

/** `onRefused`: the other guest has closed it and not used it. */
function joinOnceBegun(joined: Joined, onRefused: () => void): void {
  const { away } = joined;
  away.read((arrival) => {
    if (typeof arrival !== "number") {
      join(joined, TypedArrayPrototypeSubarray(arrival, 1) as Uint8Array<ArrayBuffer>);
      return;
    }
    away.close();
    onRefused();
  });
}

/** `first`: what the other guest has written already. */
function join({ source, to, away }: Joined, first: Uint8Array<ArrayBuffer>): void {
  let open = 2;
  const ended = (): void => {
    open--;
    if (open > 0) return;
    to.release();
    away.close();
  };
  pump(source, away, (status) => {
    if (status === UV_EOF) away.shutdown(ignore);
    else to.release();
    to.tellEnd(status);
    ended();
  });
  pump(beginningWith(first, away), to, (status) => {
    if (status === UV_EOF) to.finish();
    else away.close();
    ended();
  });
}

function beginningWith(first: Uint8Array<ArrayBuffer>, end: StreamEnd): PumpSource {
  let isFirst = TypedArrayPrototypeGetLength(first) > 0;
  return {
    next(deliver) {
      const isNext = isFirst;
      isFirst = false;
      if (isNext) deliver(first);
      else end.read(deliver);
    },
  };
}

function ignore(): void {}
