import type { EventLoop } from "../event-loop.ts";
import { type Arrival, type StreamEnd, UV_EOF, UV_EPIPE } from "../streams/stream-end.ts";

/** The end of a pipe whose other end nobody has: of a child that could not be started. */
export class EndedPipe implements StreamEnd {
  readonly fd = -1;
  readonly #loop: EventLoop;

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  read(deliver: (arrival: Arrival) => void): void {
    this.#loop.post(() => deliver(UV_EOF));
  }

  write(): number {
    return UV_EPIPE;
  }

  shutdown(): number {
    return 0;
  }

  close(): void {}
}
