import type { ByteStream } from "@vivarium/core";
import { OutputPipe } from "./output-pipe.ts";

/** So much may have been sent that has not been read; a message beyond that fails with `ENOBUFS`. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Two byte streams: what is written to one is read from the other. Whoever writes does not wait for that, as over the
 * channels of Node.
 */
export function channelPair(): readonly [ByteStream, ByteStream] {
  const there = new OutputPipe(MOST_BYTES);
  const back = new OutputPipe(MOST_BYTES);
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
