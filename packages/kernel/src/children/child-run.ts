import { type ChildEnd, type ChildRun, type ChildStdio, type ChildWish, errnoOf, type Limits } from "@vivarium/core";
import { joined } from "../file-system/joined-chunks.ts";
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

/** Runs a child to its end, with all its input at hand; answers how it ended and what it wrote. */
export async function runChild(
  { pid, wish, input, start }: AwaitedChild,
  { own, streams, limits }: ChildRunOptions,
): Promise<Uint8Array> {
  const most = Math.min(wish.maxBuffer ?? Number.POSITIVE_INFINITY, limits.memoryLimit * BYTES_PER_MIB);
  let failure: CallFailure | undefined;
  let child: Child | undefined;
  const kill = (code: "ENOBUFS" | "ETIMEDOUT"): void => {
    failure ??= new CallFailure(code);
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
    { own, streams, isGuest: false },
  );
  const [stdout, stderr] = given.outputs;
  child = start({
    input: stdin === "pipe" ? wholeInput(input) : given.input,
    outputs: [outputs[0] ?? stdout, outputs[1] ?? stderr],
  });
  const deadline = wish.timeoutMs === undefined ? undefined : setTimeout(() => kill("ETIMEDOUT"), wish.timeoutMs);
  const end = await child.ended;
  clearTimeout(deadline);
  return encoded(end, failure, pid, [undefined, ...outputs]);
}

function encoded(
  end: ChildEnd,
  failure: CallFailure | undefined,
  pid: number,
  outputs: readonly (Collected | undefined)[],
): Uint8Array {
  const told: ChildRun = {
    ...end,
    ...(failure !== undefined && { error: errnoOf(failure.code) }),
    pid,
    outputs: outputs.map((output) => output?.bytes ?? null),
  };
  const header = encoder.encode(JSON.stringify(told));
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, header.byteLength, true);
  const chunks = [length, header, ...outputs.flatMap((output) => output?.chunks ?? [])];
  return joined(
    chunks,
    chunks.reduce((total, chunk) => total + chunk.byteLength, 0),
  );
}

/** What a child has written. */
class Collected implements ChildOutput {
  readonly chunks: Uint8Array[] = [];
  bytes = 0;
  readonly #most: number;
  readonly #onFull: () => void;

  constructor(most: number, onFull: () => void) {
    this.#most = most;
    this.#onFull = onFull;
  }

  write(chunk: Uint8Array): void {
    const room = this.#most - this.bytes;
    if (room > 0) this.#keep(chunk.slice(0, room));
    if (chunk.byteLength > room) this.#onFull();
  }

  finish(): void {}

  #keep(chunk: Uint8Array): void {
    this.chunks.push(chunk);
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
