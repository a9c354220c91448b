import type { ByteStream, ChildStdio, MaybePromise, Outcome } from "@vivarium/core";
import type { HostStreams } from "../streams/host-streams.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import { channelPair } from "./guest-channel.ts";
import { InputPipe } from "./input-pipe.ts";
import { OutputPipe } from "./output-pipe.ts";
import type { StreamRoom } from "./stream-room.ts";

/** What a child writes to. */
export interface ChildOutput {
  /** A promise asks to wait until it settles. Throws when nobody reads any more. */
  write(chunk: Uint8Array): MaybePromise<void>;
  /** Nothing more comes. */
  finish(): void;
}

/** What a child reads. */
export interface ChildInput extends AsyncIterable<Uint8Array> {
  /** The child is over. */
  close(): void;
}

/** What of the guest's own its children have to do with. */
export interface OwnStreams {
  /** Up to 64 KiB; none at the end. */
  read(): Promise<Uint8Array>;
  write(fd: number, chunk: Uint8Array): MaybePromise<void>;
  /** How the guest has to end, for what its children have written: it may have no more output. */
  readonly ended: Outcome | undefined;
  /** Whether the guest sees a directory there. */
  isDirectory(path: string): MaybePromise<boolean>;
}

/** The standard streams of one child. */
export interface ChildStreams {
  readonly input: ChildInput;
  readonly outputs: readonly [stdout: ChildOutput, stderr: ChildOutput];
  /** The child's end of a channel to its parent. */
  readonly channel?: ByteStream;
  /** The guest's byte streams: see {@link ChildStart}. */
  readonly numbers: readonly (number | null)[];
}

const STDIN = 0;
const STANDARD = 3;

const nowhere: ChildOutput = { write: () => undefined, finish: () => undefined };

const nothing: ChildInput = {
  close: () => undefined,
  async *[Symbol.asyncIterator]() {
    yield* [];
  },
};

/** Who the streams of a child are made for. */
export interface StreamsFor {
  readonly own: OwnStreams;
  readonly streams: HostStreams;
  /** Of a child that is a guest, which may have a channel to its parent: for what they give each other over that. */
  readonly room: StreamRoom | undefined;
}

/**
 * Makes the three standard streams of a child as its parent wants them, and the channel between them.
 *
 * @throws {CallFailure} `ENOTSUP` for what a child cannot have, `EMFILE` for one stream too many
 */
export function childStreams(wishes: readonly ChildStdio[], { own, streams, room }: StreamsFor): ChildStreams {
  const channelAt = room === undefined ? -1 : wishes.indexOf("ipc");
  if (wishes.some((wish, index) => index >= STANDARD && index !== channelAt && wish !== "ignore"))
    throw new CallFailure("ENOTSUP", "a child has standard input, output and error, and no other streams");
  // In the place of a standard stream, a channel is the only thing there.
  const [stdin = "ignore", stdout = "ignore", stderr = "ignore"] = wishes.map((wish, index) =>
    index === channelAt ? "ignore" : wish,
  );
  const numbers: (number | null)[] = [];
  try {
    const input = inputFor(stdin, own, (pipe) => numbers.push(streams.add(pipe, "commands")));
    if (numbers.length === 0) numbers.push(null);
    const outputs = [stdout, stderr].map((wish) => {
      const output = outputFor(wish, own);
      numbers.push(output instanceof OutputPipe ? streams.add(output, "commands") : null);
      return output instanceof OutputPipe ? pipeOutput(output) : output;
    });
    const [out = nowhere, err = nowhere] = outputs;
    if (room === undefined || channelAt < 0) return { input, outputs: [out, err], numbers };
    const [mine, channel] = channelPair(room);
    while (numbers.length < channelAt) numbers.push(null);
    numbers[channelAt] = streams.addChannel(mine);
    return { input, outputs: [out, err], numbers, channel };
  } catch (error) {
    for (const number of numbers) if (number !== null) streams.close(number);
    throw error;
  }
}

function inputFor(wish: ChildStdio, own: OwnStreams, onPipe: (pipe: InputPipe) => void): ChildInput {
  if (wish === "ignore") return nothing;
  if (wish === STDIN) return ownInput(own);
  if (wish !== "pipe") throw new CallFailure("ENOTSUP", "a command reads standard input, a pipe or nothing");
  const pipe = new InputPipe();
  onPipe(pipe);
  return pipe;
}

function outputFor(wish: ChildStdio, own: OwnStreams): ChildOutput | OutputPipe {
  if (wish === "ignore") return nowhere;
  if (wish === "pipe") return new OutputPipe();
  if (wish === STDIN || wish === "ipc")
    throw new CallFailure("ENOTSUP", "a command writes to standard output or error, a pipe or nowhere");
  return { write: (chunk) => own.write(wish, chunk), finish: () => undefined };
}

function pipeOutput(pipe: OutputPipe): ChildOutput {
  return { write: (chunk) => pipe.push(chunk), finish: () => pipe.finish() };
}

/** What the guest would read itself. */
function ownInput(own: OwnStreams): ChildInput {
  let isOver = false;
  return {
    close() {
      isOver = true;
    },
    async *[Symbol.asyncIterator]() {
      while (!isOver) {
        const chunk = await own.read();
        if (chunk.byteLength === 0) return;
        yield chunk;
      }
    },
  };
}
