import { type ChildEnd, type ChildRun, type ChildStdio, type ChildWish, errnoOf, type Limits } from "@vivarium/core";
import { joined } from "../file-system/joined-chunks.ts";
import { PIECE_BYTES } from "../file-system/piece-bytes.ts";
import { GrowingBytes } from "../growing-bytes.ts";
import type { HostStreams } from "../streams/host-streams.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { Child } from "./child.ts";
import {
  type ChildInput,
  type ChildOutput,
  type ChildStreams,
  childStreams,
  type OwnStreams,
} from "./child-streams.ts";

const SIGTERM = 15;
const BYTES_PER_MIB = 1024 * 1024;
const LENGTH_BYTES = 4;
const OUTPUTS = 2;
/** So much Node reads at once. */
const READ_BYTES = 65_536;
const encoder = new TextEncoder();

/** What a child that is waited for is of. */
export interface ChildRunOptions {
  readonly own: OwnStreams;
  readonly streams: HostStreams;
  readonly limits: Pick<Limits, "memoryLimit">;
}

/** A child that is waited for. */
export interface AwaitedChild {
  readonly pid: number;
  readonly wish: ChildWish;
  readonly input: Uint8Array;
  readonly start: (streams: Pick<ChildStreams, "input" | "outputs">) => Child;
}

/** Runs a child to its end, with all its input at hand; answers how it ended and what it wrote, in pieces. */
export async function runChild(
  { pid, wish, input, start }: AwaitedChild,
  { own, streams, limits }: ChildRunOptions,
): Promise<[Uint8Array, ...Uint8Array[]]> {
  const most = Math.min(wish.maxBuffer ?? Number.POSITIVE_INFINITY, limits.memoryLimit * BYTES_PER_MIB);
  let failure: CallFailure | undefined;
  let child: Child | undefined;
  const kill = (code: "ENOBUFS" | "ETIMEDOUT"): void => {
    failure ??= new CallFailure(code);
    end();
  };
  const end = (): void => {
    if (child?.isOver === false) child.kill(wish.killSignal ?? SIGTERM);
  };
  const [stdin = "ignore", ...others] = wish.stdio;
  const isCollected = (kind: ChildStdio, index: number): boolean => kind === "pipe" && index < OUTPUTS;
  const outputs = others.map((kind, index) =>
    isCollected(kind, index) ? new Collected(most, () => kill("ENOBUFS")) : undefined,
  );
  const given = childStreams(
    [stdin === "pipe" ? "ignore" : stdin, ...others.map((kind, index) => (isCollected(kind, index) ? "ignore" : kind))],
    // Node knows no channel to a child that is waited for.
    { own, streams, room: undefined },
  );
  const [stdout, stderr] = given.outputs;
  child = start({
    input: stdin === "pipe" ? wholeInput(input) : given.input,
    outputs: [outputs[0] ?? stdout, outputs[1] ?? stderr],
  });
  // It may have written too much while it was being started.
  if (failure !== undefined) end();
  const deadline = wish.timeoutMs === undefined ? undefined : setTimeout(() => kill("ETIMEDOUT"), wish.timeoutMs);
  const ended = await child.ended;
  clearTimeout(deadline);
  return encoded(ended, failure, pid, [undefined, ...outputs]);
}

/** Few bytes are one piece, else how it ended is the first. */
function encoded(
  end: ChildEnd,
  failure: CallFailure | undefined,
  pid: number,
  outputs: readonly (Collected | undefined)[],
): [Uint8Array, ...Uint8Array[]] {
  const told: ChildRun = {
    ...end,
    ...(failure !== undefined && { error: errnoOf(failure.code) }),
    pid,
    outputs: outputs.map((output) => output?.bytes ?? null),
  };
  const header = encoder.encode(JSON.stringify(told));
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, header.byteLength, true);
  const beginning = joined([length, header], LENGTH_BYTES + header.byteLength);
  const pieces = outputs.flatMap((output) => output?.pieces() ?? []);
  const total = pieces.reduce((sum, piece) => sum + piece.byteLength, beginning.byteLength);
  return total > PIECE_BYTES ? [beginning, ...pieces] : [joined([beginning, ...pieces], total)];
}

/** What a child has written, in few objects, however it wrote. */
class Collected implements ChildOutput {
  bytes = 0;
  #isFull = false;
  readonly #blocks: GrowingBytes[] = [];
  readonly #most: number;
  readonly #onFull: () => void;

  constructor(most: number, onFull: () => void) {
    this.#most = most;
    this.#onFull = onFull;
  }

  write(chunk: Uint8Array): void {
    const room = this.#most - this.bytes;
    // What comes with the last that there is room for is kept, too, and nothing behind that.
    if (!this.#isFull) this.#keep(chunk.subarray(0, Math.max(room, READ_BYTES)));
    if (chunk.byteLength <= room) return;
    this.#isFull = true;
    this.#onFull();
  }

  finish(): void {}

  /** Each of as many bytes as cross at a time, but for the last. */
  pieces(): readonly Uint8Array[] {
    return this.#blocks.map((block) => block.view());
  }

  #keep(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.byteLength > 0) {
      let block = this.#blocks.at(-1);
      if (block === undefined || block.room === 0) {
        block = new GrowingBytes(PIECE_BYTES);
        this.#blocks.push(block);
      }
      rest = rest.subarray(block.append(rest));
    }
    this.bytes += chunk.byteLength;
  }
}

function wholeInput(bytes: Uint8Array): ChildInput {
  return {
    close: () => undefined,
    async *[Symbol.asyncIterator]() {
      if (bytes.byteLength > 0) yield bytes;
    },
  };
}
