import { TypedArrayPrototypeGetLength } from "../primordial.ts";
import { TakenEnd } from "../streams/given-end.ts";
import { HostEnd } from "../streams/host-end.ts";
import type { StreamCore } from "../streams/stream-core.ts";
import { takeStream } from "./given-streams.ts";
import type { Borrowing, SocketHandle } from "./socket-handle.ts";

const UV_ECONNABORTED = -103;

/** One byte, which says that something has changed: the other side listens, or a connection was given. */
export const NEWS: Uint8Array = new Uint8Array(1);

/** A listener that another guest has lent to this one. */
export class BorrowedListener implements Borrowing {
  readonly #core: StreamCore;
  readonly #control: HostEnd;
  readonly #status: number;
  readonly #handle: SocketHandle;
  #isClosed = false;

  /** `status`: 0, or the errno with which the other guest could not listen. */
  constructor(core: StreamCore, handle: SocketHandle, control: number, status: number) {
    this.#core = core;
    this.#handle = handle;
    this.#control = new HostEnd(core.guest, control, "PIPEWRAP");
    this.#status = status;
  }

  listen(): number {
    if (this.#status < 0 || this.#handle.isListening()) return this.#status;
    const { calls } = this.#core.guest;
    calls.request("stream.write", [this.#control.stream], ignore, { input: NEWS, ref: false });
    this.#handle.beginListening(undefined);
    this.#awaitGiven();
    return 0;
  }

  close(): void {
    this.#isClosed = true;
    this.#control.close();
  }

  #awaitGiven(): void {
    this.#control.read((arrival) => {
      if (this.#isClosed) return;
      if (typeof arrival === "number") {
        // What it was part of is over, with the guest that has lent it.
        this.#handle.fail(UV_ECONNABORTED);
        return;
      }
      this.#awaitGiven();
      for (let news = TypedArrayPrototypeGetLength(arrival); news > 0; news--) {
        const given = takeStream(this.#core, this.#control.stream);
        if (given === undefined) continue;
        const { local, remote } = given.note;
        const end = new TakenEnd(this.#core.guest, given.stream, "TCPWRAP");
        this.#handle.arrive({ end, local, remote });
      }
    });
  }
}

function ignore(): void {}
