import type { ByteStream } from "@vivarium/core";
import { OutputPipe } from "./output-pipe.ts";

/**
 * Two byte streams: what is written to one is read from the other. Whoever writes does not wait for that, as over the
 * channels of Node: so much is kept as a pipe keeps at most.
 */
export function channelPair(): readonly [ByteStream, ByteStream] {
  const there = new OutputPipe();
  const back = new OutputPipe();
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
