import type { Binding, Guest } from "../../guest.ts";
import { HandlePart } from "../../handle-part.ts";
import { StringPrototypeSplit } from "../../past-prototypes.ts";
import { StringPrototypeSlice, StringPrototypeStartsWith } from "../../primordial.ts";
import { fsPartsOf } from "./fs-parts.ts";

const UV_EINVAL = -22;
/** So much is read of a watch at once, in bytes. */
const READ_SIZE = 65_536;

/** `internalBinding('fs_event_wrap')`: `FSEvent`, over a stream of changes that the kernel keeps. */
export function fsEventWrapBinding(guest: Guest): Binding {
  const { calls } = guest;
  const { text } = fsPartsOf(guest);

  class FSEvent {
    readonly #handle = new HandlePart(guest, this, "FSEVENTWRAP", "FSEvent");
    #stream: number | undefined;

    get initialized(): boolean {
      return this.#stream !== undefined;
    }

    /** What lies in directories of a directory is the library's to watch, as on Linux. */
    start(path: unknown, persistent: unknown, _recursive: unknown, encoding: unknown): number {
      if (this.#handle.isClosed || this.#stream !== undefined) return UV_EINVAL;
      const stream = calls.sync("fs.watch", text.path(path)) as number;
      if (stream < 0) return stream;
      this.#stream = stream;
      if (persistent === false) this.#handle.isReferenced = false;
      this.#handle.start();
      this.#read(stream, encoding);
      return 0;
    }

    ref(): void {
      this.#handle.isReferenced = true;
    }

    unref(): void {
      this.#handle.isReferenced = false;
    }

    hasRef(): boolean {
      return this.#handle.isActive && this.#handle.isReferenced;
    }

    close(callback?: unknown): void {
      const stream = this.#stream;
      if (!this.#handle.close(callback) || stream === undefined) return;
      this.#stream = undefined;
      calls.request("stream.close", [stream], () => undefined, { ref: false });
    }

    #read(stream: number, encoding: unknown): void {
      const answered = (result: unknown): void => {
        if (this.#stream !== stream) return;
        if (typeof result !== "number" || result <= 0) {
          this.#handle.stop();
          return;
        }
        // The kernel keeps no more than fits into one read.
        const changes = StringPrototypeSplit(guest.native.buffer.utf8Slice(calls.payload(result)), "\0");
        this.#read(stream, encoding);
        for (let index = 0; index < changes.length - 1; index++) this.#tell(changes[index] ?? "", encoding);
      };
      calls.request("stream.read", [stream, READ_SIZE], answered, { ref: false, resource: "FSEVENTWRAP" });
    }

    #tell(change: string, encoding: unknown): void {
      if (this.#stream === undefined) return;
      const { onchange } = this as { readonly onchange?: unknown };
      const type = StringPrototypeStartsWith(change, "r") ? "rename" : "change";
      this.#handle.call(onchange, 0, type, text.encoded(StringPrototypeSlice(change, 1), encoding));
    }
  }
  guest.wraps.dress(FSEvent.prototype);
  return { __proto__: null, FSEvent };
}
