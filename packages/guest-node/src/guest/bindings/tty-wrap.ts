import type { Binding, Guest } from "../guest.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import { StreamHandle } from "../streams/stream-handle.ts";

const TTY_TYPE = 2;

/** Terminals, as the configuration describes them. */
export function ttyWrapBinding(guest: Guest, core: StreamCore): Binding {
  class TTY extends StreamHandle {
    constructor(fd: number) {
      super(core, "TTYWRAP");
      this.open(fd);
    }

    getWindowSize(size: number[]): number {
      size[0] = guest.config.cols;
      size[1] = guest.config.rows;
      return 0;
    }

    // There is no line discipline to switch off: bytes arrive as the embedder sends them.
    setRawMode(): number {
      return 0;
    }
  }
  return {
    __proto__: null,
    TTY,
    isTTY: (fd: number) => guest.calls.sync("fs.handleType", fd) === TTY_TYPE,
  };
}
