import { ReflectApply } from "../primordial.ts";
import { HostEnd } from "../streams/host-end.ts";
import type { PairEnd } from "../streams/pair-end.ts";
import type { StreamEnd } from "../streams/stream-end.ts";
import { StreamHandle } from "../streams/stream-handle.ts";
import type { GivenNote } from "./given-streams.ts";
import type { GuestNetwork } from "./guest-network.ts";
import type { OwnListener, SocketName } from "./own-listeners.ts";

const UV_EMFILE = -24;
const UV_ECANCELED = -125;
const UV_EBADF = -9;

/** What has connected with a listener. */
export interface ArrivedConnection {
  readonly end: StreamEnd;
  readonly local: SocketName | undefined;
  readonly remote: SocketName | undefined;
}

/** What other guests have of a listener of this one. */
export interface Sharing {
  /** Whether one of them still has it. */
  readonly isLent: boolean;
  /** Gives the guest at the other side of a channel its share of what comes, once that listens. 0, or an errno. */
  lend(channel: number): number;
  arrive(arrived: ArrivedConnection): void;
  close(): void;
}

/** What a listener of another guest is for this one. */
export interface Borrowing {
  /** Tells the other guest that it listens. 0, or an errno. */
  listen(): number;
  close(): void;
}

type OnConnection = (this: object, status: number, handle: object | undefined) => unknown;

/** The base of `TCP` and `Pipe`: a stream that connects, or listens. */
export abstract class SocketHandle extends StreamHandle implements OwnListener {
  readonly #network: GuestNetwork;
  #sharing: Sharing | undefined;
  #borrowed: Borrowing | undefined;
  #isClosed = false;
  #listening = false;
  /** The listener that the host keeps for this handle, by its number. */
  #outside: number | undefined;

  constructor(network: GuestNetwork, provider: string) {
    super(network.core, provider);
    this.#network = network;
  }

  static is(handle: object): handle is SocketHandle {
    return #listening in handle;
  }

  /** A fresh handle of its kind, for a connection that has come. */
  abstract createAccepted(local: SocketName | undefined, remote: SocketName | undefined): SocketHandle;

  isListening(): boolean {
    return this.#listening;
  }

  /** Whether it listens, or might: such a handle stays its guest's when it is given to another, too. */
  abstract isServer(): boolean;

  /** Begins to listen. 0, or an errno. */
  abstract listen(backlog: number): number;

  /** What another guest is told that is given it. */
  abstract noteOf(status: number): GivenNote;

  accept(end: PairEnd, local: SocketName | undefined, remote: SocketName | undefined): void {
    if (this.#listening) this.arrive({ end, local, remote });
    else end.reset();
  }

  get sharing(): Sharing | undefined {
    return this.#sharing;
  }

  /** From here on other guests have their share of what comes. */
  share(sharing: Sharing): void {
    this.#sharing = sharing;
  }

  /** Becomes what another guest has lent. */
  borrow(borrowed: Borrowing): void {
    this.#borrowed = borrowed;
  }

  get borrowed(): Borrowing | undefined {
    return this.#borrowed;
  }

  /** Whether its own guest has closed it. */
  isOver(): boolean {
    return this.#isClosed;
  }

  /** Whether the program of this guest takes connections itself. */
  isWanted(): boolean {
    return !this.#isClosed && typeof (this as { readonly onconnection?: OnConnection }).onconnection === "function";
  }

  /** Hands over what has connected, to this guest or to one that has the listener as well. */
  arrive(arrived: ArrivedConnection): void {
    if (this.#sharing?.isLent === true) this.#sharing.arrive(arrived);
    else this.offer(0, arrived);
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
    this.#closeOwn();
    super.close(callback);
  }

  override reset(callback?: () => void): number {
    this.#closeOwn();
    return super.reset(callback);
  }

  /** What is lent is not closed with the handle. */
  #closeOwn(): void {
    this.#isClosed = true;
    if (this.#sharing?.isLent !== true) this.stopListening();
  }

  /** Nobody listens any more. */
  stopListening(): void {
    this.#listening = false;
    this.#borrowed?.close();
    this.#sharing?.close();
    this.#network.listeners.remove(this);
    const outside = this.#outside;
    this.#outside = undefined;
    // At once: the next server may have the same port.
    if (outside !== undefined) this.#network.guest.calls.sync("stream.close", outside);
  }

  /** It cannot listen any more, and says so. */
  fail(status: number): void {
    const { core } = this.#network;
    this.stopListening();
    core.hold(core.stateOf(this), -1);
    this.offer(status, undefined);
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
      if (stream < 0) this.offer(stream, undefined);
      else
        this.arrive({ end: new HostEnd(this.#network.guest, stream, "TCPWRAP"), local: undefined, remote: undefined });
      // As a server that has run out of descriptors: it is told, and goes on.
      if (stream === UV_EMFILE) this.#awaitConnection(outside);
    };
    // The handle, not the request, decides whether the loop stays alive.
    calls.request("net.accept", [outside], answered, { ref: false, resource: "TCPSERVERWRAP" });
  }

  /** Tells the server of a connection. What is made for it is triggered by this handle. */
  offer(status: number, arrived: ArrivedConnection | undefined): void {
    const { core, guest } = this.#network;
    const offer = (): void => {
      const { onconnection } = this as { readonly onconnection?: OnConnection };
      const accepted = arrived && this.createAccepted(arrived.local, arrived.remote);
      if (arrived !== undefined && accepted !== undefined) core.attach(accepted, arrived.end);
      if (typeof onconnection === "function") ReflectApply(onconnection, this, [status, accepted]);
      else accepted?.close();
    };
    guest.loop.makeCallback(core.stateOf(this).wrap, offer, this);
  }
}

function ignore(): void {}
