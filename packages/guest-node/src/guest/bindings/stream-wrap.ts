import type { Binding } from "../guest.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import { StreamHandle } from "../streams/stream-handle.ts";

export function streamWrapBinding(core: StreamCore): Binding {
  return {
    __proto__: null,
    streamBaseState: core.streamBaseState,
    kReadBytesOrError: 0,
    kArrayBufferOffset: 1,
    kBytesWritten: 2,
    kLastWriteWasAsync: 3,
    WriteWrap: class WriteWrap {},
    ShutdownWrap: class ShutdownWrap {},
    LibuvStreamWrap: StreamHandle,
  };
}
