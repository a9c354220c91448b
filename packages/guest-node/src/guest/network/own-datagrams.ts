import { BoundPorts } from "./bound-ports.ts";
import { isOwnAddress, parseIp, unmapped } from "./ip-address.ts";
import type { SocketName } from "./own-listeners.ts";

/** One datagram, and whom it comes from. */
export interface Datagram {
  readonly bytes: Uint8Array;
  readonly from: SocketName;
}

/** A UDP socket of this guest. */
export interface DatagramSocket {
  /** Whether another may have the same address and port. */
  readonly isShared: boolean;
  /** Whether it is in a group, by the text of that address. */
  isIn(group: string): boolean;
  receive(datagram: Datagram): void;
}

const FIRST_GROUP = 224;
const LAST_GROUP = 239;
const ALL_V6_GROUPS = 255;

/** Whether an address is that of a group of receivers. */
export function isGroup(address: readonly number[]): boolean {
  const bytes = unmapped(address);
  const first = bytes[0] as number;
  return bytes.length === 4 ? first >= FIRST_GROUP && first <= LAST_GROUP : first === ALL_V6_GROUPS;
}

/** 255.255.255.255. */
export function isBroadcast(address: readonly number[]): boolean {
  for (let index = 0; index < address.length; index++) if (address[index] !== 255) return false;
  return address.length === 4;
}

/** The UDP sockets of one guest, which reach each other and nobody else. */
export class OwnDatagrams extends BoundPorts<DatagramSocket> {
  /** Hands a datagram to whoever has that address and port; it is lost where nobody has. Answers whether such may be sent at all. */
  send(datagram: Datagram, address: string, port: number): boolean {
    const to = parseIp(address);
    if (to === undefined) return false;
    const toGroup = isGroup(to);
    if (toGroup || isBroadcast(to)) {
      const sockets = this.at(port);
      for (let index = 0; index < sockets.length; index++) {
        if (!toGroup || sockets[index]?.isIn(address) === true) sockets[index]?.receive(datagram);
      }
      return true;
    }
    if (!isOwnAddress(to) && !this.isAlias(address)) return false;
    this.find(address, port)?.receive(datagram);
    return true;
  }
}
