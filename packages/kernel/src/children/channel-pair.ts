import type { ByteStream } from "@vivarium/core";
import { OutputPipe } from "./output-pipe.ts";

/**
 * So much may have been sent, in bytes, that has not been read: about what a system keeps of a socket. The host holds it for
 * every child and thread of a guest, in both directions.
 */
const MOST_BYTES = 256 * 1024;

/**
 * Two byte streams: what is written to one is read from the other. Whoever writes does not wait for that, as over the
 * channels of Node: a piece for which there is no room fails with `ENOBUFS`, and its writer keeps it for later.
 */
export function channelPair(mostBytes: number = MOST_BYTES): readonly [ByteStream, ByteStream] {
  const there = new OutputPipe(mostBytes);
  const back = new OutputPipe(mostBytes);
  return [joined(back, there), joined(there, back)];
}

function joined(from: OutputPipe, to: OutputPipe): ByteStream {
  return {
    read: () => from.read(),
    write: (bytes) => void to.push(bytes),
    end: () => to.finish(),
    destroy() {
      from.destroy();
      to.finish();
    },
  };
}
