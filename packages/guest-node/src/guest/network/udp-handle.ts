import type { Guest } from "../guest.ts";
import { HandlePart } from "../handle-part.ts";
import { TypedArrayPrototypeGetLength } from "../primordial.ts";
import { ArrivedDatagrams } from "./arrived-datagrams.ts";
import { BufferSizes } from "./buffer-sizes.ts";
import { datagramOf, MOST_DATAGRAM_BYTES, type Pieces } from "./datagram-bytes.ts";
import { GroupMemberships, groupProblem } from "./group-memberships.ts";
import type { GuestNetwork } from "./guest-network.ts";
import { isOwnAddress, isUnspecified, parseIp } from "./ip-address.ts";
import { type Datagram, type DatagramSocket, isBroadcast, isGroup } from "./own-datagrams.ts";
import type { SocketName } from "./own-listeners.ts";
import { fillName, nameOf } from "./socket-names.ts";

const UV_EBADF = -9;
const UV_EACCES = -13;
const UV_EINVAL = -22;
const UV_EMSGSIZE = -90;
const UV_ENOTSUP = -95;
const UV_EADDRINUSE = -98;
const UV_EADDRNOTAVAIL = -99;
const UV_EISCONN = -106;
const UV_ENOTCONN = -107;

const IPV6_ONLY = 1;
const REUSE_ADDRESS = 4;
const REUSE_PORT = 64;
const V4_BYTES = 4;
const LARGEST_TTL = 255;

/** The base of `UDP`: a socket that other sockets of its guest reach. Nothing leaves the guest, and nothing comes in. */
export abstract class UdpHandle implements DatagramSocket {
  readonly #network: GuestNetwork;
  readonly #guest: Guest;
  readonly #handle: HandlePart;
  readonly #arrived = new ArrivedDatagrams();
  readonly #groups = new GroupMemberships();
  readonly #buffers = new BufferSizes();
  /** None: but the prototype, which is no socket, throws where it is asked for one, as in Node. */
  readonly #descriptor = -1;
  #isDraining = false;
  #isReceiving = false;
  #local: SocketName | undefined;
  #peer: SocketName | undefined;
  #isShared = false;
  #mayBroadcast = false;
  #hearsItself = true;

  constructor(network: GuestNetwork) {
    this.#network = network;
    this.#guest = network.guest;
    this.#handle = new HandlePart(network.guest, this, "UDPWRAP", "UDPWrap");
  }

  get isShared(): boolean {
    return this.#isShared;
  }

  isIn(group: string): boolean {
    return this.#groups.has(group);
  }

  receive(datagram: Datagram): void {
    const peer = this.#peer;
    const { from } = datagram;
    if (peer !== undefined && (peer.port !== from.port || peer.address !== from.address)) return;
    if (this.#arrived.put(datagram)) this.#drainLater();
  }

  get fd(): number {
    return this.#descriptor;
  }

  open(_fd: number): number {
    return UV_ENOTSUP;
  }

  bind(address: string, port: unknown, flags: number): number {
    return this.#bind(address, port, flags, V4_BYTES);
  }

  bind6(address: string, port: unknown, flags: number): number {
    return this.#bind(address, port, flags, 16);
  }

  connect(address: string, port: number): number {
    return this.#connect(address, port, V4_BYTES);
  }

  connect6(address: string, port: number): number {
    return this.#connect(address, port, 16);
  }

  disconnect(): number {
    if (this.#peer === undefined) return UV_ENOTCONN;
    this.#peer = undefined;
    return 0;
  }

  /** As Node's: one more than the length of what has been sent, or why it has not been. */
  send(_request: object, list: Pieces, count: number, port: unknown, address: unknown): number {
    return this.#sendTo(list, count, port, address);
  }

  send6(_request: object, list: Pieces, count: number, port: unknown, address: unknown): number {
    return this.#sendTo(list, count, port, address);
  }

  recvStart(): number {
    if (this.#local === undefined) this.#bind("0.0.0.0", 0, 0, V4_BYTES);
    this.#isReceiving = true;
    this.#handle.start();
    this.#drainLater();
    return 0;
  }

  recvStop(): number {
    this.#isReceiving = false;
    this.#handle.stop();
    return 0;
  }

  getsockname(out: object): number {
    return this.#local === undefined ? UV_EBADF : fillName(out, this.#local);
  }

  getpeername(out: object): number {
    if (this.#local === undefined) return UV_EBADF;
    return this.#peer === undefined ? UV_ENOTCONN : fillName(out, this.#peer);
  }

  addMembership(group: string, local: unknown): number {
    return this.#join(group, local);
  }

  dropMembership(group: string, local: unknown): number {
    return this.#leave(group, local);
  }

  addSourceSpecificMembership(_source: string, group: string, local: unknown): number {
    return this.#join(group, local);
  }

  dropSourceSpecificMembership(_source: string, group: string, local: unknown): number {
    return this.#leave(group, local);
  }

  setMulticastInterface(address: string): number {
    if (this.#local === undefined) return UV_EBADF;
    const bytes = parseIp(address);
    if (bytes === undefined) return UV_EINVAL;
    return isOwnAddress(bytes) ? 0 : UV_EADDRNOTAVAIL;
  }

  setMulticastTTL(ttl: number): number {
    if (this.#local === undefined) return UV_EBADF;
    return ttl >= 0 && ttl <= LARGEST_TTL ? 0 : UV_EINVAL;
  }

  setMulticastLoopback(isOn: unknown): number {
    if (this.#local === undefined) return UV_EBADF;
    this.#hearsItself = isOn === true || isOn === 1;
    return 0;
  }

  setBroadcast(isOn: unknown): number {
    if (this.#local === undefined) return UV_EBADF;
    this.#mayBroadcast = isOn === 1;
    return 0;
  }

  setTTL(ttl: number): number {
    if (this.#local === undefined) return UV_EBADF;
    return ttl >= 1 && ttl <= LARGEST_TTL ? 0 : UV_EINVAL;
  }

  bufferSize(size: number, isReceive: unknown, context: object): number | undefined {
    return this.#buffers.ask(size, { isBound: this.#local !== undefined, isReceive: isReceive === true, context });
  }

  // What is sent has been sent.
  getSendQueueSize(): number {
    return 0;
  }

  getSendQueueCount(): number {
    return 0;
  }

  ref(): void {
    this.#handle.isReferenced = true;
  }

  unref(): void {
    this.#handle.isReferenced = false;
  }

  hasRef(): boolean {
    return this.#handle.isReferenced && !this.#handle.isClosed;
  }

  close(callback?: () => void): void {
    if (!this.#handle.close(callback)) return;
    this.#isReceiving = false;
    this.#network.datagrams.remove(this);
    this.#arrived.clear();
  }

  #bind(address: string, port: unknown, flags: number, length: number): number {
    const { datagrams } = this.#network;
    const bytes = parseIp(address);
    if (bytes?.length !== length || this.#local !== undefined || this.#handle.isClosed) return UV_EINVAL;
    if (!isOwnAddress(bytes) && !isGroup(bytes) && !datagrams.isAlias(address)) return UV_EADDRNOTAVAIL;
    const onlyV6 = (flags & IPV6_ONLY) !== 0;
    this.#isShared = (flags & (REUSE_ADDRESS | REUSE_PORT)) !== 0;
    const counts = (other: DatagramSocket): boolean => !(this.#isShared && other.isShared);
    // The library hands over what the program gave: nothing, or its callback.
    let own = typeof port === "number" ? port : 0;
    if (own === 0) {
      own = datagrams.freePort(bytes, onlyV6);
      if (own === 0) return UV_EADDRINUSE;
    } else if (datagrams.isTaken(bytes, own, onlyV6, counts)) return UV_EADDRINUSE;
    this.#local = nameOf(address, own);
    datagrams.add(this, bytes, own, onlyV6);
    return 0;
  }

  #connect(address: string, port: number, length: number): number {
    const bytes = parseIp(address);
    if (bytes?.length !== length) return UV_EINVAL;
    if (this.#peer !== undefined) return UV_EISCONN;
    if (!isOwnAddress(bytes) && !isGroup(bytes)) return UV_EACCES;
    const local = this.#local;
    if (local === undefined) return UV_EBADF;
    this.#peer = nameOf(isUnspecified(bytes) ? loopbackOf(length) : address, port);
    if (isUnspecified(parseIp(local.address) ?? [])) this.#local = nameOf(loopbackOf(length), local.port);
    return 0;
  }

  #sendTo(list: Pieces, count: number, port: unknown, address: unknown): number {
    // A connected socket is given no address.
    const isFree = typeof address === "string" && typeof port === "number";
    return this.#send(list, count, isFree ? nameOf(address, port) : undefined);
  }

  #send(list: Pieces, count: number, to: SocketName | undefined): number {
    const local = this.#local;
    const target = to ?? this.#peer;
    if (local === undefined) return UV_EBADF;
    if (target === undefined) return UV_ENOTCONN;
    const bytes = datagramOf(list, count);
    const length = TypedArrayPrototypeGetLength(bytes);
    if (length > MOST_DATAGRAM_BYTES) return UV_EMSGSIZE;
    const address = parseIp(target.address) ?? [];
    if (isBroadcast(address) && !this.#mayBroadcast) return UV_EACCES;
    // All that could hear it is on the sender's own machine.
    if (isGroup(address) && !this.#hearsItself) return length + 1;
    const datagram = { bytes, from: nameOf(sourceOf(local, target), local.port) };
    return this.#network.datagrams.send(datagram, target.address, target.port) ? length + 1 : UV_EACCES;
  }

  #join(group: string, local: unknown): number {
    if (this.#local === undefined)
      this.#bind(parseIp(group)?.length === 16 ? "::" : "0.0.0.0", 0, REUSE_ADDRESS, parseIp(group)?.length ?? 0);
    const problem = groupProblem(group, local);
    return problem === 0 ? this.#groups.join(group) : problem;
  }

  #leave(group: string, local: unknown): number {
    const problem = groupProblem(group, local);
    if (problem !== 0) return problem;
    return this.#local === undefined ? UV_EBADF : this.#groups.leave(group);
  }

  #drainLater(): void {
    if (this.#isDraining || !this.#isReceiving || this.#arrived.length === 0) return;
    this.#isDraining = true;
    this.#guest.loop.post(() => {
      this.#isDraining = false;
      if (this.#isReceiving) this.#deliver();
      // One at a time: others have their turn, and what is thrown at one keeps the next.
      this.#drainLater();
    }, false);
  }

  #deliver(): void {
    const next = this.#arrived.take();
    if (next === undefined) return;
    const from = {};
    fillName(from, next.from);
    const { onmessage } = this as { readonly onmessage?: unknown };
    this.#handle.call(
      onmessage,
      TypedArrayPrototypeGetLength(next.bytes),
      this,
      this.#guest.toBuffer(next.bytes),
      from,
    );
  }
}

const loopbackOf = (length: number): string => (length === V4_BYTES ? "127.0.0.1" : "::1");

/** Whom the receiver sees: a socket that is bound to all addresses has the one by which it reaches the other. */
function sourceOf(local: SocketName, target: SocketName): string {
  const own = parseIp(local.address) ?? [];
  if (!isUnspecified(own) && !isGroup(own)) return local.address;
  return loopbackOf(parseIp(target.address)?.length ?? V4_BYTES);
}
