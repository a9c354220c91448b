import { ArrayPrototypePush, removeAt } from "../past-prototypes.ts";
import { ArrayPrototypeIndexOf, MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet } from "../primordial.ts";
import type { PairEnd } from "../streams/pair-end.ts";
import { isOwnAddress, isUnspecified, parseIp, unmapped } from "./ip-address.ts";

/** One end of a connection, as `getsockname` tells it. */
export interface SocketName {
  readonly address: string;
  readonly family: "IPv4" | "IPv6";
  readonly port: number;
}

/** What a server of this guest listens with. */
export interface OwnListener {
  /** Takes the far end of a connection from within this guest. */
  accept(end: PairEnd, local: SocketName | undefined, remote: SocketName | undefined): void;
  isListening(): boolean;
}

interface Bound {
  readonly listener: OwnListener;
  readonly address: readonly number[];
  readonly port: number;
  readonly onlyV6: boolean;
}

const FIRST_OWN_PORT = 32_768;
const LAST_OWN_PORT = 60_999;

/** The servers of one guest. A connection that the guest makes to one of them stays inside it. */
export class OwnListeners {
  readonly #bound: Bound[] = [];
  readonly #paths: Map<string, OwnListener> = new Map();
  /** Addresses that the host has answered for `localhost`: they lead here, too. */
  readonly #aliases: string[] = [];
  #lastPort = FIRST_OWN_PORT - 1;

  /** Whether this guest has no server. */
  get isEmpty(): boolean {
    return this.#bound.length === 0;
  }

  /** Whether a server of this guest has that address and port already. */
  isTaken(address: readonly number[], port: number, onlyV6: boolean): boolean {
    for (let index = 0; index < this.#bound.length; index++) {
      const bound = this.#bound[index] as Bound;
      if (bound.port === port && overlap(bound, { address, onlyV6 })) return true;
    }
    return false;
  }

  add(listener: OwnListener, address: readonly number[], port: number, onlyV6: boolean): void {
    ArrayPrototypePush(this.#bound, { listener, address, port, onlyV6 });
  }

  remove(listener: OwnListener): void {
    for (let index = this.#bound.length - 1; index >= 0; index--) {
      if (this.#bound[index]?.listener === listener) removeAt(this.#bound, index);
    }
  }

  /** The server that a connection to this address leads to, if it is one of this guest's. */
  find(address: string, port: number): OwnListener | undefined {
    const asked = ArrayPrototypeIndexOf(this.#aliases, address) >= 0 ? loopback : parseIp(address);
    if (asked === undefined) return undefined;
    const to = unmapped(asked);
    const isOwn = isOwnAddress(to);
    for (let index = 0; index < this.#bound.length; index++) {
      const bound = this.#bound[index] as Bound;
      if (bound.port === port && isReached(bound, to, isOwn)) return bound.listener;
    }
    return undefined;
  }

  addPath(path: string, listener: OwnListener): boolean {
    if (MapPrototypeGet(this.#paths, path) !== undefined) return false;
    MapPrototypeSet(this.#paths, path, listener);
    return true;
  }

  removePath(path: string, listener: OwnListener): void {
    if (MapPrototypeGet(this.#paths, path) === listener) MapPrototypeDelete(this.#paths, path);
  }

  findPath(path: string): OwnListener | undefined {
    return MapPrototypeGet(this.#paths, path);
  }

  addAlias(address: string): void {
    if (ArrayPrototypeIndexOf(this.#aliases, address) < 0) ArrayPrototypePush(this.#aliases, address);
  }

  isAlias(address: string): boolean {
    return ArrayPrototypeIndexOf(this.#aliases, address) >= 0;
  }

  /** A port for a connection of the guest's own, of those that a system gives to such. */
  nextPort(): number {
    this.#lastPort = this.#lastPort >= LAST_OWN_PORT ? FIRST_OWN_PORT : this.#lastPort + 1;
    return this.#lastPort;
  }
}

const loopback: readonly number[] = [127, 0, 0, 1];

function overlap(one: Pick<Bound, "address" | "onlyV6">, other: Pick<Bound, "address" | "onlyV6">): boolean {
  return covers(one, unmapped(other.address)) || covers(other, unmapped(one.address));
}

/** Whether what is bound to `bound` is bound to `address`, too. */
function covers({ address, onlyV6 }: Pick<Bound, "address" | "onlyV6">, other: readonly number[]): boolean {
  const own = unmapped(address);
  if (isUnspecified(own)) return own.length === other.length || (own.length > other.length && !onlyV6);
  return isSame(own, other);
}

function isReached(bound: Bound, to: readonly number[], isOwn: boolean): boolean {
  if (isUnspecified(to)) return isUnspecified(bound.address) || isOwnAddress(bound.address);
  if (isUnspecified(bound.address)) return isOwn && covers(bound, to);
  return isSame(unmapped(bound.address), to);
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}
