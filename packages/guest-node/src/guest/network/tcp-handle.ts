import type { ConnectRequest } from "./connection.ts";
import { connectInside, connectOutside } from "./connection.ts";
import type { GivenNote } from "./given-streams.ts";
import type { GuestNetwork } from "./guest-network.ts";
import { isOwnAddress, isUnspecified, parseIp } from "./ip-address.ts";
import type { SocketName } from "./own-listeners.ts";
import { SocketHandle } from "./socket-handle.ts";
import { fillName, nameOf, namesFromHost } from "./socket-names.ts";

export const SOCKET = 0;
const SERVER = 1;
const UV_TCP_IPV6ONLY = 1;

const UV_EINVAL = -22;
const UV_EADDRINUSE = -98;
const UV_EADDRNOTAVAIL = -99;
const UV_ENOTCONN = -107;
const UV_ENOTSUP = -95;

/** The base of `TCP`: it knows the network of its guest. */
export abstract class TcpHandle extends SocketHandle {
  readonly #network: GuestNetwork;
  readonly #type: number;
  #local: SocketName | undefined;
  #remote: SocketName | undefined;
  #onlyV6 = false;
  /** The number by which the host knows this end, or the listener: it can tell the names. */
  #outside: number | undefined;

  constructor(network: GuestNetwork, type: number) {
    super(network, type === SERVER ? "TCPSERVERWRAP" : "TCPWRAP");
    this.#network = network;
    this.#type = type;
    if (type !== SERVER) network.expectConnection(this.getAsyncId());
  }

  abstract create(): TcpHandle;

  override createAccepted(local: SocketName | undefined, remote: SocketName | undefined): TcpHandle {
    const accepted = this.create();
    this.#network.forgetConnection(accepted.getAsyncId());
    accepted.#local = local;
    accepted.#remote = remote;
    return accepted;
  }

  /** Has the names that another guest has told. */
  protected setNames({ local, remote }: GivenNote): void {
    this.#local = local;
    this.#remote = remote;
  }

  override isServer(): boolean {
    return this.#type === SERVER || this.borrowed !== undefined;
  }

  override noteOf(status: number): GivenNote {
    if (this.#local === undefined || this.#remote === undefined) this.#askNames();
    return { kind: "tcp", listens: this.isServer(), local: this.#local, remote: this.#remote, status };
  }

  override open(_fd: number): number {
    return UV_ENOTSUP;
  }

  bind(address: string, port: number): number {
    return this.#bind(address, port, 4, 0);
  }

  bind6(address: string, port: number, flags: number): number {
    return this.#bind(address, port, 16, flags);
  }

  override listen(backlog: number): number {
    if (this.borrowed !== undefined) return this.borrowed.listen();
    const { guest, listeners } = this.#network;
    const local = this.#local ?? nameOf("0.0.0.0", 0);
    const address = parseIp(local.address) ?? [];
    if (local.port !== 0 && listeners.isTaken(address, local.port, this.#onlyV6)) return UV_EADDRINUSE;
    const outside = guest.calls.sync("net.listen", local.address, local.port, backlog, this.#onlyV6);
    if (typeof outside !== "number" || outside < 0) return typeof outside === "number" ? outside : UV_EINVAL;
    this.#outside = outside;
    const names = namesFromHost(guest, outside);
    this.#local = local.port === 0 ? nameOf(local.address, names.local?.port ?? listeners.nextPort()) : local;
    listeners.add(this, address, this.#local.port, this.#onlyV6);
    this.beginListening(outside);
    return 0;
  }

  connect(request: ConnectRequest, address: string, port: number): number {
    return this.#connect(request, address, port, 4);
  }

  connect6(request: ConnectRequest, address: string, port: number): number {
    return this.#connect(request, address, port, 16);
  }

  getsockname(out: object): number {
    if (this.#local === undefined) this.#askNames();
    if (this.#local === undefined) return this.#remote === undefined ? UV_EINVAL : fillName(out, nameOf("0.0.0.0", 0));
    if (this.#local.port === 0 && this.#remote === undefined) this.#local = this.#withPort(this.#local);
    // As of a socket that was not bound after all: that is how Node's library finds out.
    const isUnbound = this.#outside === undefined && this.#remote === undefined && this.#isPortTaken();
    return fillName(out, isUnbound ? nameOf(this.#local.address, 0) : this.#local);
  }

  getpeername(out: object): number {
    if (this.#remote === undefined) this.#askNames();
    return this.#remote === undefined ? UV_ENOTCONN : fillName(out, this.#remote);
  }

  // There is no segment to hold back and no wire to keep alive: what is asked of the system has no effect here.
  setNoDelay(): number {
    return 0;
  }

  setKeepAlive(): number {
    return 0;
  }

  setSimultaneousAccepts(): number {
    return 0;
  }

  setTypeOfService(): number {
    return 0;
  }

  getTypeOfService(): number {
    return 0;
  }

  override close(callback?: () => void): void {
    this.#network.forgetConnection(this.getAsyncId());
    super.close(callback);
  }

  #bind(address: string, port: number, length: number, flags: number): number {
    const bytes = parseIp(address);
    if (bytes?.length !== length || this.#local !== undefined) return UV_EINVAL;
    this.#local = nameOf(address, port);
    this.#onlyV6 = (flags & UV_TCP_IPV6ONLY) !== 0;
    return 0;
  }

  #connect(request: ConnectRequest, address: string, port: number, length: number): number {
    if (parseIp(address)?.length !== length) return UV_EINVAL;
    const { guest, listeners } = this.#network;
    this.#network.forgetConnection(this.getAsyncId());
    if (this.#isPortTaken()) return UV_EADDRINUSE;
    const connecting = { handle: this, request, provider: "TCPCONNECTWRAP" };
    const listener = listeners.find(address, port);
    if (listener !== undefined) {
      const to = listeners.isAlias(address) ? "127.0.0.1" : address;
      const from = this.#local?.address ?? to;
      if (!isOwnAddress(parseIp(from) ?? [])) return UV_EADDRNOTAVAIL;
      const local = nameOf(isUnspecified(parseIp(from) ?? []) ? to : from, this.#local?.port || listeners.nextPort());
      const remote = nameOf(to, port);
      this.#local = local;
      this.#remote = remote;
      connectInside(this.#network, connecting, listener, { local, remote });
      return 0;
    }
    this.#remote = nameOf(address, port);
    connectOutside(this.#network, connecting, (answered) => {
      guest.calls.request("net.connect", [address, port, ""], answered, { resource: "TCPCONNECTWRAP" });
    });
    return 0;
  }

  /** A system picks a port when it binds; here that is done when it is asked for. */
  #withPort({ address }: SocketName): SocketName {
    return nameOf(address, this.#network.listeners.freePort(parseIp(address) ?? [], this.#onlyV6));
  }

  /** As a system, a server's port is nobody else's to connect from. */
  #isPortTaken(): boolean {
    const local = this.#local;
    if (local === undefined || local.port === 0) return false;
    return this.#network.listeners.isTaken(parseIp(local.address) ?? [], local.port, this.#onlyV6);
  }

  #askNames(): void {
    const outside = this.#outside ?? this.#network.core.stateOf(this).end?.stream;
    if (outside === undefined) return;
    const names = namesFromHost(this.#network.guest, outside);
    this.#local ??= names.local;
    this.#remote ??= names.remote;
  }
}
