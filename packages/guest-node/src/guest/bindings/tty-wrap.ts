import type { Binding, Guest } from "../guest.ts";
import { setOwn } from "../past-prototypes.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import { StreamHandle } from "../streams/stream-handle.ts";

/** What `fs.handleType` answers. */
const PIPE_TYPE = 1;
const TTY_TYPE = 2;
const UV_EINVAL = -22;

/** Terminals, as the configuration describes them. */
export function ttyWrapBinding(guest: Guest, core: StreamCore): Binding {
  class TTY extends StreamHandle {
    /** @param failure where the library looks for what went wrong: files are no terminals, and what is not open is none */
    constructor(fd: number, failure: object) {
      super(core, "TTYWRAP");
      const type = guest.calls.sync("fs.handleType", fd);
      if (type === PIPE_TYPE || type === TTY_TYPE) this.open(fd);
      else {
        setOwn(failure, "errno", UV_EINVAL);
        setOwn(failure, "code", guest.errors.name(UV_EINVAL));
        setOwn(failure, "message", guest.errors.message(UV_EINVAL));
        setOwn(failure, "syscall", "uv_tty_init");
        this.close();
      }
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
