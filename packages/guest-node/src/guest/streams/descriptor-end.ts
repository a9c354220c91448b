import type { Guest } from "../guest.ts";
import { TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import { TypedArrayPrototypeGetLength } from "../primordial.ts";
import { type Arrival, type Settled, type StreamEnd, UV_EBADF, UV_EOF } from "./stream-end.ts";

const READ_SIZE = 65_536;
const LAST_STANDARD_DESCRIPTOR = 2;

/** A descriptor: read over requests, and written at once. */
export class DescriptorEnd implements StreamEnd {
  readonly fd: number;
  readonly #guest: Guest;
  readonly #resource: string;

  constructor(guest: Guest, fd: number, resource: string) {
    this.#guest = guest;
    this.fd = fd;
    this.#resource = resource;
  }

  read(deliver: (arrival: Arrival) => void): void {
    const { calls } = this.#guest;
    const answered = (result: unknown): void => {
      const length = typeof result === "number" ? result : UV_EBADF;
      deliver(length > 0 ? calls.payload(length) : length === 0 ? UV_EOF : length);
    };
    // The handle, not the request, decides whether the loop stays alive.
    calls.request("fs.read", [this.fd, READ_SIZE, -1], answered, { ref: false, resource: this.#resource });
  }

  write(bytes: Uint8Array): number {
    let rest = bytes;
    while (TypedArrayPrototypeGetLength(rest) > 0) {
      const written = this.#guest.calls.syncWithInput("fs.write", rest, this.fd, -1);
      if (typeof written !== "number" || written < 0) return typeof written === "number" ? written : UV_EBADF;
      if (written === 0) break;
      rest = TypedArrayPrototypeSubarray(rest, written);
    }
    return 0;
  }

  shutdown(settled: Settled): undefined {
    this.#guest.loop.post(() => settled(0));
  }

  close(): void {
    if (this.fd > LAST_STANDARD_DESCRIPTOR) this.#guest.calls.sync("fs.close", this.fd);
  }
}
