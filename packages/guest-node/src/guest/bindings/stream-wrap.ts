import type { Binding } from "../guest.ts";
import type { StreamHandles } from "../streams/stream-handle.ts";

export function streamWrapBinding(handles: StreamHandles): Binding {
  return {
    __proto__: null,
    streamBaseState: handles.streamBaseState,
    kReadBytesOrError: 0,
    kArrayBufferOffset: 1,
    kBytesWritten: 2,
    kLastWriteWasAsync: 3,
    WriteWrap: class WriteWrap {},
    ShutdownWrap: class ShutdownWrap {},
    LibuvStreamWrap: handles.StreamHandle,
  };
}
