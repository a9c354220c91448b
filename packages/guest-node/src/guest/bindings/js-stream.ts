import { bytesOf } from "../bytes.ts";
import type { Binding } from "../guest.ts";
import { TypedArrayPrototypeSlice } from "../past-prototypes.ts";
import { JsStreamEnd } from "../streams/js-stream-end.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import { UV_EOF } from "../streams/stream-end.ts";
import { StreamHandle } from "../streams/stream-handle.ts";

/** Handles over streams that are the program's own: its library reads and writes in their stead. */
export function jsStreamBinding(core: StreamCore): Binding {
  class JSStream extends StreamHandle {
    readonly #end: JsStreamEnd;

    constructor() {
      // What the program reads from keeps the loop alive, or does not.
      super(core, "JSSTREAM", false);
      this.#end = new JsStreamEnd(core.guest, this);
      core.attach(this, this.#end);
    }

    readBuffer(bytes: ArrayBufferView): void {
      this.#end.arrive(TypedArrayPrototypeSlice(bytesOf(bytes)));
    }

    emitEOF(): void {
      this.#end.arrive(UV_EOF);
    }

    finishWrite(request: object, status: number): void {
      this.#end.finish(request, status);
    }

    finishShutdown(request: object, status: number): void {
      this.#end.finish(request, status);
    }
  }
  return { __proto__: null, JSStream };
}
