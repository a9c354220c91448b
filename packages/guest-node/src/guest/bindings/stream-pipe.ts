import type { Binding } from "../guest.ts";
import { ReflectApply } from "../primordial.ts";
import { FilePipe } from "../streams/file-pipe.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import type { StreamHandle } from "../streams/stream-handle.ts";
import { unimplemented } from "../unimplemented.ts";
import { fileRange } from "./fs/file-handle.ts";

/** What reads a file into a stream by itself: `respondWithFile` of HTTP/2. */
export function streamPipeBinding(core: StreamCore): Binding {
  return {
    __proto__: null,
    StreamPipe: class StreamPipe {
      readonly source: object;
      readonly sink: StreamHandle;
      onunpipe: unknown = undefined;
      readonly #pipe: FilePipe;

      constructor(source: object, sink: StreamHandle) {
        const range = fileRange(source);
        if (range === undefined || core.find(sink) === undefined) {
          throw unimplemented("stream_pipe", "StreamPipe of anything but a file into a stream");
        }
        core.guest.wraps.adopt(this, "STREAMPIPE");
        this.source = source;
        this.sink = sink;
        this.#pipe = new FilePipe(core, range, sink, {
          failed: (status) => this.#failed(status),
          over: () => this.#over(),
        });
      }

      start(): void {
        this.#pipe.start();
      }

      unpipe(): void {
        this.#pipe.stop();
      }

      isClosed(): boolean {
        return this.#pipe.isOver;
      }

      pendingWrites(): number {
        return this.#pipe.isWriting ? 1 : 0;
      }

      #failed(status: number): void {
        const { onread } = this.source as { readonly onread?: () => unknown };
        core.streamBaseState[0] = status;
        this.#call(onread, this.source);
      }

      #over(): void {
        this.#call(this.onunpipe, this);
      }

      #call(heard: unknown, self: object): void {
        if (typeof heard !== "function") return;
        const { guest } = core;
        guest.loop.makeCallback(
          guest.wraps.adopt(this, "STREAMPIPE"),
          () => ReflectApply(heard as () => void, self, []),
          self,
        );
      }
    },
  };
}
