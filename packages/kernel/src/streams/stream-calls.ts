import type { GivenStreamData } from "@vivarium/core";
import { GuestChannel } from "../children/guest-channel.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostHandlers } from "../system-calls/host-handlers.ts";
import { ChannelStream } from "./channel-stream.ts";
import type { HostStreams } from "./host-streams.ts";

type StreamCallName = Extract<keyof HostHandlers, `stream.${string}`>;

/** The longest piece that crosses at once, in bytes. */
const PIECE_BYTES = 256 * 1024;
/** The longest note to a stream that is given away, in characters. */
const LONGEST_NOTE = 1024;

/** Serves a guest's calls on byte streams. */
export function createStreamCalls(streams: HostStreams): Pick<HostHandlers, StreamCallName> {
  return {
    *"stream.read"(attempt, stream, length) {
      return yield* streams.get(stream).read(attempt, Math.min(length, PIECE_BYTES));
    },
    *"stream.readPast"(attempt, stream, length, taken) {
      return yield* streams.find(stream, ChannelStream).readPast(attempt, Math.min(length, PIECE_BYTES), taken);
    },
    *"stream.write"(attempt, stream, bytes) {
      yield* streams.get(stream).write(attempt, bytes);
      return undefined;
    },
    *"stream.shutdown"(attempt, stream) {
      yield* streams.get(stream).shutdown(attempt);
      return undefined;
    },
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"stream.close"(_attempt, stream) {
      streams.close(stream);
      return undefined;
    },
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"stream.give"(_attempt, channel, note) {
      if (note.length > LONGEST_NOTE) throw new CallFailure("EINVAL");
      const giver = channelOf(streams, channel);
      streams.assertRoom();
      return streams.add(giver.give(note), "channel");
    },
    // biome-ignore lint/correctness/useYield: every handler is a computation, whether or not it waits
    *"stream.take"(_attempt, channel) {
      const given = channelOf(streams, channel).take();
      if (given === undefined) return "";
      // One for which there is no room is lost, as on a system: what is given next is not taken for it.
      const data: GivenStreamData = { stream: streams.add(given.stream, "channel"), note: given.note };
      return JSON.stringify(data);
    },
  };
}

/** @throws {CallFailure} `EBADF` for what leads to no other guest */
function channelOf(streams: HostStreams, number: number): GuestChannel {
  const { source } = streams.get(number);
  if (!(source instanceof GuestChannel)) throw new CallFailure("EBADF");
  return source;
}
