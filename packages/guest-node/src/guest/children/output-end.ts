import type { Guest } from "../guest.ts";
import { HostEnd } from "../streams/host-end.ts";
import type { Arrival } from "../streams/stream-end.ts";

/** What a child writes, as its parent reads it. */
export class OutputEnd extends HostEnd {
  /** Whether a read is on its way: once the child has ended, that is answered. */
  asks = false;
  readonly #guest: Guest;
  readonly #onQuiet: () => void;

  /** `onQuiet` is called whenever a read is over and nobody asks for more. */
  constructor(guest: Guest, stream: number, { resource, onQuiet }: { resource: string; onQuiet: () => void }) {
    super(guest, stream, resource);
    this.#guest = guest;
    this.#onQuiet = onQuiet;
  }

  override read(deliver: (arrival: Arrival, reason?: string) => void): void {
    this.asks = true;
    super.read((arrival, reason) => {
      this.asks = false;
      try {
        deliver(arrival, reason);
      } finally {
        if (!this.asks) this.#onQuiet();
      }
    });
  }

  override close(): void {
    super.close();
    this.asks = false;
    this.#guest.loop.post(this.#onQuiet);
  }
}
