import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { HANDSHAKE_LIMIT_BYTES, NetworkError } from "@vivarium/core";
import { serverTurns } from "./server-turns.ts";

/**
 * A connection over which TLS is made, that gives no more than so many bytes until {@link agreed} is called: how long the
 * host works on certificates, whoever sends them decides. Of several connections they are looked at in turns.
 */
export class GuardedHandshake extends Duplex {
  readonly #socket: Socket;
  #room = HANDSHAKE_LIMIT_BYTES;
  /** What comes behind a piece that waits for its turn. */
  #behindPiece: (() => void)[] | undefined;

  /** @param socket connected, and read by nobody else */
  constructor(socket: Socket) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    socket.on("data", (piece: Buffer) => this.#take(piece));
    socket.on("end", () => this.#behind(() => this.push(null)));
    socket.on("error", (error) => this.#behind(() => this.destroy(error)));
    socket.on("close", () => this.#behind(() => this.destroy()));
  }

  /** The handshake is over. */
  agreed(): void {
    this.#room = Number.POSITIVE_INFINITY;
  }

  override _read(): void {
    if (this.#behindPiece === undefined) this.#socket.resume();
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
    else if (this.#room === Number.POSITIVE_INFINITY) this.#give(piece);
    else void this.#giveInTurn(piece);
  }

  #give(piece: Buffer): void {
    if (!this.push(piece)) this.#socket.pause();
  }

  async #giveInTurn(piece: Buffer): Promise<void> {
    const behind: (() => void)[] = [];
    this.#behindPiece = behind;
    this.#socket.pause();
    while (serverTurns.leftMs() === 0) await serverTurns.next();
    this.#behindPiece = undefined;
    if (this.destroyed) return;
    this.#socket.resume();
    const began = performance.now();
    this.#give(piece);
    serverTurns.use(performance.now() - began);
    for (const action of behind) action();
  }

  /** A socket that is paused ends all the same. */
  #behind(action: () => void): void {
    if (this.#behindPiece === undefined) action();
    else this.#behindPiece.push(action);
  }
}
