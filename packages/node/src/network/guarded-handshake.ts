import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { HANDSHAKE_LIMIT_BYTES, NetworkError } from "@vivarium/core";

/**
 * A connection over which TLS is made, that gives no more than so many bytes until {@link agreed} is called: how long the
 * host works on certificates, whoever sends them decides.
 */
export class GuardedHandshake extends Duplex {
  readonly #socket: Socket;
  #room = HANDSHAKE_LIMIT_BYTES;

  /** @param socket connected, and read by nobody else */
  constructor(socket: Socket) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    socket.on("data", (piece: Buffer) => this.#take(piece));
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
  }

  /** The handshake is over. */
  agreed(): void {
    this.#room = Number.POSITIVE_INFINITY;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(piece: Uint8Array, _encoding: string, taken: (error?: Error | null) => void): void {
    this.#socket.write(piece, taken);
  }

  override _final(taken: (error?: Error | null) => void): void {
    this.#socket.end(() => taken());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #take(piece: Buffer): void {
    this.#room -= piece.byteLength;
    if (this.#room < 0)
      this.destroy(new NetworkError("EPROTO", { reason: "what the server says of itself is too long" }));
    else if (!this.push(piece)) this.#socket.pause();
  }
}
