import type { GuestNetwork } from "../network/guest-network.ts";
import { isOwnAddress, parseIp } from "../network/ip-address.ts";
import type { Datagram, DatagramSocket } from "../network/own-datagrams.ts";
import { nameOf } from "../network/socket-names.ts";
import { TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import { TypedArrayPrototypeGetLength, TypedArrayPrototypeSet } from "../primordial.ts";
import { HostEnd } from "../streams/host-end.ts";
import { PairEnd } from "../streams/pair-end.ts";
import { type Arrival, type StreamEnd, UV_EBADF } from "../streams/stream-end.ts";

/** A server that answers questions. */
export interface DnsServer {
  readonly address: string;
  readonly port: number;
}

/** A question that is under way. */
export interface Exchange {
  /** Nothing more is heard of it. */
  close(): void;
}

/** What comes of it: messages, which may be no answers to it, or a negative errno. */
export interface Listener {
  arrived(message: Uint8Array): void;
  failed(errno: number): void;
}

const V4_BYTES = 4;
const LENGTH_BYTES = 2;
const UV_ECONNREFUSED = -111;

/** Puts a question to a UDP socket of this guest; `undefined` where there is none. Datagrams do not leave a guest. */
export function askByDatagram(
  network: GuestNetwork,
  server: DnsServer,
  local: string,
  question: Uint8Array,
  listener: Listener,
): Exchange | undefined {
  const { datagrams, guest } = network;
  const own = parseIp(local) ?? [];
  if (datagrams.find(server.address, server.port) === undefined || !isOwnAddress(own)) return undefined;
  const port = datagrams.freePort(own, true);
  if (port === 0) return undefined;
  let isOpen = true;
  const socket: DatagramSocket = {
    isShared: false,
    isIn: () => false,
    receive: ({ bytes, from }: Datagram) => {
      if (from.port !== server.port) return;
      guest.loop.post(() => isOpen && listener.arrived(bytes));
    },
  };
  datagrams.add(socket, own, port, true);
  datagrams.send({ bytes: question, from: nameOf(local, port) }, server.address, server.port);
  return {
    close() {
      isOpen = false;
      datagrams.remove(socket);
    },
  };
}

/** Puts a question over a connection, which is asked of the permissions as any other is. */
export function askByStream(
  network: GuestNetwork,
  server: DnsServer,
  question: Uint8Array,
  listener: Listener,
): Exchange {
  const { guest, listeners } = network;
  let isOpen = true;
  let end: StreamEnd | undefined;
  const begin = (opened: StreamEnd): void => {
    end = opened;
    readFrom(opened, listener, () => isOpen);
    opened.write(framed(question), true, nothing);
  };
  const own = listeners.find(server.address, server.port);
  if (own === undefined) {
    const answered = (result: unknown): void => {
      const status = typeof result === "number" ? result : UV_EBADF;
      if (status >= 0) {
        const opened = new HostEnd(guest, status, "QueryReqWrap");
        if (isOpen) begin(opened);
        else opened.close();
      } else if (isOpen) listener.failed(status);
    };
    guest.calls.request("net.connect", [server.address, server.port, ""], answered, { resource: "QueryReqWrap" });
  } else {
    guest.loop.post(() => {
      if (!isOpen) return;
      if (!own.isListening()) {
        listener.failed(UV_ECONNREFUSED);
        return;
      }
      const { near, far } = PairEnd.create(guest.loop);
      own.accept(far, nameOf(server.address, server.port), nameOf(server.address, listeners.nextPort()));
      begin(near);
    });
  }
  return {
    close() {
      isOpen = false;
      end?.close();
    },
  };
}

/** Over connections a message comes after its length. */
function framed(message: Uint8Array): Uint8Array {
  const length = TypedArrayPrototypeGetLength(message);
  const bytes = new Uint8Array(LENGTH_BYTES + length);
  bytes[0] = length >> 8;
  bytes[1] = length;
  TypedArrayPrototypeSet(bytes, message, LENGTH_BYTES);
  return bytes;
}

/** Hands over the first message that comes, and no more than that is read. */
function readFrom(end: StreamEnd, listener: Listener, isOpen: () => boolean): void {
  let message: Uint8Array | undefined;
  let filled = -LENGTH_BYTES;
  let length = 0;
  const take = (arrival: Arrival): void => {
    if (!isOpen()) return;
    if (typeof arrival === "number") {
      listener.failed(UV_ECONNREFUSED);
      return;
    }
    const size = TypedArrayPrototypeGetLength(arrival);
    let at = 0;
    for (; filled < 0 && at < size; at++, filled++) length = length * 256 + (arrival[at] as number);
    if (filled >= 0) {
      message ??= new Uint8Array(length);
      const part = TypedArrayPrototypeSubarray(arrival, at, at + length - filled);
      TypedArrayPrototypeSet(message, part, filled);
      filled += TypedArrayPrototypeGetLength(part);
    }
    if (message !== undefined && filled === length) listener.arrived(message);
    else end.read(take);
  };
  end.read(take);
}

/** The address that reaches a server from within. */
export function ownAddressFor(server: DnsServer): string {
  return parseIp(server.address)?.length === V4_BYTES ? "127.0.0.1" : "::1";
}

function nothing(): void {}
