import { randomBytes } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { TOKEN_BYTES } from "../channel/zygote-message.ts";

/** How long a connection may take to say whose it is, in milliseconds. */
const GREETING_TIMEOUT_MS = 10_000;
/** Connections that may have said nothing yet: every process of this machine can open one. */
const MOST_STRANGERS = 256;
const GREETING_BYTES = TOKEN_BYTES + 1;

/** The connections of one cell, and what it has already said on the first. */
export interface CellConnections {
  readonly calls: Socket;
  readonly events: Socket;
  readonly first: Buffer;
}

interface Expected {
  calls: { readonly socket: Socket; readonly first: Buffer } | undefined;
  events: Socket | undefined;
  readonly onConnected: (connections: CellConnections) => void;
}

/**
 * Where copies of a zygote connect: a Unix domain socket of Linux's abstract namespace, which is no file and ends with
 * this process. Who connects is known by a secret that is good for one connection of each kind.
 */
export class CellListener {
  readonly #server: Server;
  readonly #name: Buffer = Buffer.concat([Buffer.from([0]), Buffer.from(randomBytes(16).toString("hex"))]);
  readonly #expected: Map<string, Expected> = new Map();
  readonly #strangers: Set<Socket> = new Set();

  /** @param onFault called when the address cannot be had; no cell will connect then. */
  constructor(onFault: (error: Error) => void) {
    this.#server = createServer((socket) => this.#greet(socket));
    this.#server.on("error", onFault);
    this.#server.listen(this.#name.toString("latin1")).unref();
  }

  /** The bytes of `sun_path`. */
  get address(): Uint8Array {
    return this.#name;
  }

  /** A new secret; whoever says it is handed over, once both connections are there. */
  expect(onConnected: (connections: CellConnections) => void): { readonly token: Buffer; forget(): void } {
    const token = randomBytes(TOKEN_BYTES);
    const key = token.toString("hex");
    this.#expected.set(key, { calls: undefined, events: undefined, onConnected });
    return { token, forget: () => this.#forget(key) };
  }

  close(): void {
    for (const key of [...this.#expected.keys()]) this.#forget(key);
    for (const socket of this.#strangers) socket.destroy();
    this.#server.close();
  }

  #forget(key: string): void {
    const expected = this.#expected.get(key);
    this.#expected.delete(key);
    expected?.calls?.socket.destroy();
    expected?.events?.destroy();
  }

  #greet(socket: Socket): void {
    socket.unref();
    socket.on("error", () => socket.destroy());
    this.#strangers.add(socket);
    this.#makeRoom();
    const timer = setTimeout(() => socket.destroy(), GREETING_TIMEOUT_MS).unref();
    let heard: Buffer = Buffer.alloc(0);
    const listen = (chunk: Buffer): void => {
      heard = Buffer.concat([heard, chunk]);
      if (heard.length < GREETING_BYTES) return;
      clearTimeout(timer);
      this.#strangers.delete(socket);
      socket.off("data", listen);
      socket.pause();
      this.#admit(socket, heard);
    };
    socket.on("data", listen);
    socket.once("close", () => {
      clearTimeout(timer);
      this.#strangers.delete(socket);
    });
  }

  /** A copy greets as it connects: who has been silent for longest is none. */
  #makeRoom(): void {
    const [oldest] = this.#strangers;
    if (this.#strangers.size > MOST_STRANGERS) oldest?.destroy();
  }

  #admit(socket: Socket, heard: Buffer): void {
    const key = heard.toString("hex", 0, TOKEN_BYTES);
    const expected = this.#expected.get(key);
    const role = heard[TOKEN_BYTES];
    const first = heard.subarray(GREETING_BYTES);
    if (expected !== undefined && role === 0 && expected.calls === undefined) expected.calls = { socket, first };
    else if (expected !== undefined && role === 1 && expected.events === undefined && first.length === 0)
      expected.events = socket;
    else {
      socket.destroy();
      return;
    }
    if (expected.calls === undefined || expected.events === undefined) return;
    this.#expected.delete(key);
    expected.onConnected({ calls: expected.calls.socket, events: expected.events, first: expected.calls.first });
  }
}
