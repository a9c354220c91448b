import { BlockList, isIP } from "node:net";
import type { SocketAddress } from "@vivarium/core";
import { StreamRoom } from "../children/stream-room.ts";
import { CallFailure } from "../system-calls/call-failure.ts";
import type { HostListener } from "./host-listener.ts";

const LAST_PORT = 65_535;
/** Where ports begin that nobody asked for (RFC 6335, section 6). */
const FIRST_FREE_PORT = 49_152;
/** Ports of those who connect: far behind the first that listeners are given. */
const FIRST_CLIENT_PORT = 61_000;
const CLIENT_PORTS = 4000;
/** Listeners of a guest and its relatives at a time: the host looks through those of a port for each connection. */
const MOST_LISTENERS = 4096;

/** What a guest may listen on that has no port of the host's machine. */
const ownAddresses = new BlockList();
ownAddresses.addSubnet("127.0.0.0", 8, "ipv4");
ownAddresses.addAddress("0.0.0.0", "ipv4");
ownAddresses.addAddress("::", "ipv6");
ownAddresses.addAddress("::1", "ipv6");

const unspecified: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

export const isOwnAddress = (address: string): boolean =>
  ownAddresses.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

/**
 * What a guest, its threads and its children listen on: they have one loopback, as processes of one machine. Nothing of the
 * host's machine is reached by it.
 */
export class Loopback {
  /** For what they have between them. */
  readonly room: StreamRoom = new StreamRoom();
  readonly #most: number;
  /** By their ports. */
  readonly #listeners: Map<number, Set<HostListener>> = new Map();
  #count = 0;
  #connections = 0;
  /** Of those that nobody asked for, the last that was given. */
  #lastPort = FIRST_FREE_PORT - 1;

  constructor(most: number = MOST_LISTENERS) {
    this.#most = most;
  }

  /** @throws {CallFailure} `EMFILE` when there is no room for one more */
  assertRoom(): void {
    if (this.#count >= this.#most)
      throw new CallFailure("EMFILE", `a guest and its relatives have ${this.#most} listeners at most`);
  }

  add(listener: HostListener): void {
    const { port } = listener.local;
    const others = this.#listeners.get(port) ?? new Set();
    this.#listeners.set(port, others.add(listener));
    this.#count += 1;
  }

  remove(listener: HostListener): void {
    const { port } = listener.local;
    const others = this.#listeners.get(port);
    if (others?.delete(listener) !== true) return;
    this.#count -= 1;
    if (others.size === 0) this.#listeners.delete(port);
  }

  /** A port may be had once at each address; who has it at all of them has it alone. */
  isTaken({ address, port, onlyV6 }: Place): boolean {
    for (const { local, onlyV6: itsOnlyV6 } of this.#listeners.get(port) ?? []) {
      const has = { address: local.address, onlyV6: itsOnlyV6 };
      if (covers(has, address) || covers({ address, onlyV6 }, local.address)) return true;
    }
    return false;
  }

  /**
   * A port that nobody has; not at once the one that was closed last: who keeps connections would take the next server for it.
   * @throws {CallFailure} `EADDRINUSE`
   */
  freePort(): number {
    for (let tries = FIRST_FREE_PORT; tries <= LAST_PORT; tries += 1) {
      this.#lastPort = this.#lastPort >= LAST_PORT ? FIRST_FREE_PORT : this.#lastPort + 1;
      if (!this.#listeners.has(this.#lastPort)) return this.#lastPort;
    }
    throw new CallFailure("EADDRINUSE");
  }

  /** Who listens there, for one who connects from this loopback. */
  find(address: string, port: number): HostListener | undefined {
    if (!isOwnAddress(address)) return undefined;
    for (const listener of this.#listeners.get(port) ?? []) if (hears(listener, address)) return listener;
    return undefined;
  }

  /** Where the next connection to an address comes from. */
  nextClient(address: string): SocketAddress {
    const port = FIRST_CLIENT_PORT + (this.#connections++ % CLIENT_PORTS);
    return isIP(address) === 6 ? { address: "::1", family: 6, port } : { address: "127.0.0.1", family: 4, port };
  }
}

interface Place {
  readonly address: string;
  readonly port: number;
  readonly onlyV6: boolean;
}

/** Whether an address is another one, or all of a family that the other is of. */
function covers({ address, onlyV6 }: Omit<Place, "port">, other: string): boolean {
  if (address === other) return true;
  if (address === "0.0.0.0") return isIP(other) === 4;
  return address === "::" && (isIP(other) === 6 || !onlyV6);
}

/** Whether who listens on an address hears of a connection to another one. */
function hears({ local: { address: listening }, onlyV6 }: HostListener, address: string): boolean {
  if (covers({ address: listening, onlyV6 }, address)) return true;
  return unspecified.has(address) && isOwnAddress(listening) && isIP(listening) === isIP(address);
}
