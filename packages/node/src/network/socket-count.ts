import type { Socket } from "node:net";
import { NetworkError } from "@vivarium/core";

/** Counts the sockets that are open. */
export class SocketCount {
  readonly #most: number;
  #open = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Makes one, and counts it until it is closed.
   * @throws NetworkError `EMFILE`
   */
  open<Kind extends Socket>(make: () => Kind): Kind {
    if (this.#open >= this.#most) throw this.full();
    const socket = make();
    this.#open += 1;
    socket.once("close", () => {
      this.#open -= 1;
    });
    return socket;
  }

  get hasRoom(): boolean {
    return this.#open < this.#most;
  }

  full(): NetworkError {
    return new NetworkError("EMFILE", {
      syscall: "connect",
      reason: `more than ${this.#most} sockets would be open at a time`,
    });
  }
}
