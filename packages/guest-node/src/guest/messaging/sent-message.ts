import type { Guest } from "../guest.ts";
import { ArrayPrototypePush, setOwn, withoutPrototype } from "../past-prototypes.ts";
import { TypedArrayPrototypeGetByteLength, TypedArrayPrototypeSet } from "../primordial.ts";
import type { Message, Packed, Passenger } from "./message.ts";
import type { PortState } from "./port-state.ts";
import { findTraveller } from "./travellers.table.ts";

/** A message as it goes to another isolate: what V8 clones, and nothing else. Every property is always there. */
export interface SentMessage {
  readonly bytes: Uint8Array;
  readonly buffers: readonly ArrayBuffer[];
  /** Copies of the library's own shared memory: see {@link assertTravels}. */
  readonly copies: readonly ArrayBuffer[];
  readonly passengers: readonly SentPassenger[];
}

export type SentPassenger =
  | { readonly kind: "port"; readonly port: number }
  | { readonly kind: "described"; readonly name: string; readonly data: SentMessage }
  | { readonly kind: "packed"; readonly packed: Packed };

/** Who carries ends of channels to the other side. */
export interface PortCarrier {
  /** Answers the number by which the other side knows it. */
  attach(moved: PortState): number;
  adopt(port: number): PortState;
}

/**
 * Asserts that a message can go to another isolate, which is in another process: that has no part in memory that is
 * shared, nor in an object of ours.
 *
 * @param own the library's own shared memory, which is sent as a copy
 * @throws `ERR_VIVARIUM_UNIMPLEMENTED`
 */
export function assertTravels({ content, passengers }: Message, own?: SharedArrayBuffer): void {
  const { sharedArrayBuffers, wasmModules } = content;
  for (let index = 0; index < sharedArrayBuffers.length; index++) {
    if (sharedArrayBuffers[index] !== own) throw refused("SharedArrayBuffer");
  }
  if (wasmModules.length > 0) throw refused("WebAssembly.Module");
  for (let index = 0; index < passengers.length; index++) {
    const passenger = passengers[index] as Passenger;
    if (passenger.kind === "shared" && passenger.shares.pack === undefined) throw refused("such an object");
    if (passenger.kind === "described") assertTravels(passenger.data);
  }
}

function refused(what: string): Error {
  const error = new Error(`worker_threads: to send ${what} to another thread is not implemented in this guest`);
  setOwn(error, "code", "ERR_VIVARIUM_UNIMPLEMENTED");
  return error;
}

/** What is sent of a message that {@link assertTravels}. */
export function sentOf(message: Message, ports: PortCarrier): SentMessage {
  const { bytes, arrayBuffers, sharedArrayBuffers } = message.content;
  const copies: ArrayBuffer[] = [];
  for (let index = 0; index < sharedArrayBuffers.length; index++) {
    const view = new Uint8Array(sharedArrayBuffers[index] as SharedArrayBuffer);
    const copy = new ArrayBuffer(TypedArrayPrototypeGetByteLength(view));
    TypedArrayPrototypeSet(new Uint8Array(copy), view);
    ArrayPrototypePush(copies, copy);
  }
  const passengers: SentPassenger[] = [];
  for (let index = 0; index < message.passengers.length; index++) {
    ArrayPrototypePush(passengers, sentPassenger(message.passengers[index] as Passenger, ports));
  }
  return { bytes, buffers: arrayBuffers, copies, passengers };
}

function sentPassenger(passenger: Passenger, ports: PortCarrier): SentPassenger {
  switch (passenger.kind) {
    case "port":
      return { kind: "port", port: ports.attach(passenger.moved as PortState) };
    case "described": {
      const { module, name } = passenger.traveller;
      return { kind: "described", name: `${module}:${name}`, data: sentOf(passenger.data, ports) };
    }
    case "shared": {
      const packed = passenger.shares.pack?.();
      if (packed === undefined) throw refused("such an object");
      return { kind: "packed", packed };
    }
    case "packed":
      return { kind: "packed", packed: passenger.packed };
    default:
      return passenger satisfies never;
  }
}

/** The message that was sent. @throws for an object that the library does not know */
export function receivedOf(guest: Guest, sent: SentMessage, ports: PortCarrier): Message {
  const sharedArrayBuffers: SharedArrayBuffer[] = [];
  for (let index = 0; index < sent.copies.length; index++) {
    const copy = new Uint8Array(sent.copies[index] as ArrayBuffer);
    const shared = new SharedArrayBuffer(TypedArrayPrototypeGetByteLength(copy));
    TypedArrayPrototypeSet(new Uint8Array(shared), copy);
    ArrayPrototypePush(sharedArrayBuffers, shared);
  }
  const passengers: Passenger[] = [];
  for (let index = 0; index < sent.passengers.length; index++) {
    const next = sent.passengers[index] as SentPassenger;
    if (next.kind === "port") ArrayPrototypePush(passengers, { kind: "port", moved: ports.adopt(next.port) });
    else if (next.kind === "packed") ArrayPrototypePush(passengers, next);
    else {
      const traveller = findTraveller(guest, next.name);
      if (traveller === undefined) throw new TypeError("Unknown object in a message");
      ArrayPrototypePush(passengers, { kind: "described", traveller, data: receivedOf(guest, next.data, ports) });
    }
  }
  const content = withoutPrototype({
    bytes: sent.bytes,
    arrayBuffers: sent.buffers,
    sharedArrayBuffers,
    wasmModules: [],
  });
  return { content, passengers };
}
