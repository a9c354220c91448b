import type { Binding } from "../guest.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import { StreamHandle } from "../streams/stream-handle.ts";
import { unimplemented } from "../unimplemented.ts";

/** Pipes that the guest was given; it cannot make or find others. */
export function pipeWrapBinding(core: StreamCore): Binding {
  class Pipe extends StreamHandle {
    constructor() {
      super(core, "PIPEWRAP");
    }

    bind(): never {
      throw unimplemented("pipe_wrap", "Pipe.bind");
    }

    listen(): never {
      throw unimplemented("pipe_wrap", "Pipe.listen");
    }

    connect(): never {
      throw unimplemented("pipe_wrap", "Pipe.connect");
    }

    fchmod(): never {
      throw unimplemented("pipe_wrap", "Pipe.fchmod");
    }
  }
  return { __proto__: null, Pipe, PipeConnectWrap: class PipeConnectWrap {} };
}
