import { MathMin, ReflectApply } from "../primordial.ts";
import type { PairEnd } from "../streams/pair-end.ts";
import { attachHostStream, StreamHandle } from "../streams/stream-handle.ts";
import type { GuestNetwork } from "./guest-network.ts";
import type { OwnListener, SocketName } from "./own-listeners.ts";

const UV_EMFILE = -24;
const UV_ECANCELED = -125;
const UV_EBADF = -9;

type OnConnection = (this: object, status: number, handle: object | undefined) => unknown;

/** The base of `TCP` and `Pipe`: a stream that connects, or listens. */
export abstract class SocketHandle extends StreamHandle implements OwnListener {
  readonly #network: GuestNetwork;
  #listening = false;
  /** The listener that the host keeps for this handle, by its number. */
  #outside: number | undefined;

  constructor(network: GuestNetwork, provider: string) {
    super(network.core, provider);
    this.#network = network;
  }

  /** A fresh handle of its kind, for a connection that has come. */
  abstract createAccepted(local: SocketName | undefined, remote: SocketName | undefined): SocketHandle;

  isListening(): boolean {
    return this.#listening;
  }

  accept(end: PairEnd, local: SocketName | undefined, remote: SocketName | undefined): void {
    if (!this.#listening) {
      end.reset();
      return;
    }
    this.#offer(0, () => {
      const accepted = this.createAccepted(local, remote);
      this.#network.core.attach(accepted, end);
      return accepted;
    });
  }

  /** From here on connections are taken: those from within, and those that the host has for a listener of its own. */
  beginListening(outside: number | undefined): void {
    this.#listening = true;
    this.#outside = outside;
    const { core } = this.#network;
    core.hold(core.stateOf(this), 1);
    if (outside !== undefined) this.#awaitConnection(outside);
  }

  override close(callback?: () => void): void {
    this.#endListening();
    super.close(callback);
  }

  override reset(callback?: () => void): number {
    this.#endListening();
    return super.reset(callback);
  }

  #endListening(): void {
    this.#listening = false;
    this.#network.listeners.remove(this);
    const outside = this.#outside;
    this.#outside = undefined;
    // At once: the next server may have the same port.
    if (outside !== undefined) this.#network.guest.calls.sync("stream.close", outside);
  }

  #awaitConnection(outside: number): void {
    const { calls } = this.#network.guest;
    const answered = (result: unknown): void => {
      const stream = typeof result === "number" ? result : UV_EBADF;
      if (this.#outside !== outside) {
        if (stream > 0) calls.request("stream.close", [stream], ignore, { ref: false });
        return;
      }
      if (stream >= 0) this.#awaitConnection(outside);
      if (stream === UV_ECANCELED) return;
      this.#offer(MathMin(stream, 0), () => {
        const accepted = this.createAccepted(undefined, undefined);
        attachHostStream(this.#network.core, accepted, stream);
        return accepted;
      });
      // As a server that has run out of descriptors: it is told, and goes on.
      if (stream === UV_EMFILE) this.#awaitConnection(outside);
    };
    // The handle, not the request, decides whether the loop stays alive.
    calls.request("net.accept", [outside], answered, { ref: false, resource: "TCPSERVERWRAP" });
  }

  /** Tells the server of a connection. What is made for it is triggered by this handle. */
  #offer(status: number, create: () => SocketHandle): void {
    const { core, guest } = this.#network;
    const offer = (): void => {
      const { onconnection } = this as { readonly onconnection?: OnConnection };
      const accepted = status === 0 ? create() : undefined;
      if (typeof onconnection === "function") ReflectApply(onconnection, this, [status, accepted]);
      else accepted?.close();
    };
    guest.loop.makeCallback(core.stateOf(this).wrap, offer, this);
  }
}

function ignore(): void {}
