import type { Guest } from "../guest.ts";
import { HostEnd } from "../streams/host-end.ts";
import { UV_EBADF } from "../streams/stream-end.ts";

/**
 * One end of the channel over which a guest and its child send each other messages. What is written is there at once: a
 * guest that sends a message, closes the channel and ends has sent it.
 */
export class ChannelEnd extends HostEnd {
  readonly #guest: Guest;

  constructor(guest: Guest, stream: number) {
    super(guest, stream, "PIPEWRAP");
    this.#guest = guest;
  }

  override write(bytes: Uint8Array): number {
    const status = this.#guest.calls.syncWithInput("stream.write", bytes, this.stream);
    return typeof status === "number" ? status : UV_EBADF;
  }
}
