import type { Guest } from "../guest.ts";
import { ArrayPrototypePush, setOwn, withoutPrototype } from "../past-prototypes.ts";
import type { Message, Packed, Passenger } from "./message.ts";
import type { PortState } from "./port-state.ts";
import type { ThreadMemory } from "./thread-memory.ts";
import { findTraveller } from "./travellers.table.ts";

/** A message as it goes to another isolate: what V8 clones, and nothing else. Every property is always there. */
export interface SentMessage {
  readonly bytes: Uint8Array;
  readonly buffers: readonly ArrayBuffer[];
  /** What the library's own shared memory has: see {@link assertTravels}. */
  readonly memories: readonly SentMemory[];
  readonly passengers: readonly SentPassenger[];
}

/** A copy of shared memory, and the number by which both sides know it. */
export interface SentMemory {
  readonly memory: number;
  readonly bytes: Uint8Array;
}

export type SentPassenger =
  | { readonly kind: "port"; readonly port: number }
  | { readonly kind: "described"; readonly name: string; readonly data: SentMessage }
  | { readonly kind: "packed"; readonly packed: Packed };

/** Who carries ends of channels, and the library's memory, to the other side. */
export interface Carrier {
  /** Answers the number by which the other side knows it. */
  attach(moved: PortState): number;
  adopt(port: number): PortState;
  shareMemory(memory: SharedArrayBuffer): SentMemory;
  takeMemory(sent: SentMemory): SharedArrayBuffer;
}

/**
 * Asserts that a message can go to another isolate, which is in another process: that has no part in memory that is
 * shared, nor in an object of ours. Of the library's own memory each has a copy.
 *
 * @throws `ERR_VIVARIUM_UNIMPLEMENTED`
 */
export function assertTravels({ content, passengers }: Message, memory: ThreadMemory): void {
  const { sharedArrayBuffers, wasmModules } = content;
  for (let index = 0; index < sharedArrayBuffers.length; index++) {
    if (!memory.isLibrarys(sharedArrayBuffers[index] as SharedArrayBuffer)) throw refused("SharedArrayBuffer");
  }
  if (wasmModules.length > 0) throw refused("WebAssembly.Module");
  for (let index = 0; index < passengers.length; index++) {
    const passenger = passengers[index] as Passenger;
    if (passenger.kind === "shared" && passenger.shares.pack === undefined) throw refused("such an object");
    if (passenger.kind === "described") assertTravels(passenger.data, memory);
  }
}

function refused(what: string): Error {
  const error = new Error(`worker_threads: to send ${what} to another thread is not implemented in this guest`);
  setOwn(error, "code", "ERR_VIVARIUM_UNIMPLEMENTED");
  return error;
}

/** What is sent of a message that {@link assertTravels}. */
export function sentOf(message: Message, ports: Carrier): SentMessage {
  const { bytes, arrayBuffers, sharedArrayBuffers } = message.content;
  const memories: SentMemory[] = [];
  for (let index = 0; index < sharedArrayBuffers.length; index++) {
    ArrayPrototypePush(memories, ports.shareMemory(sharedArrayBuffers[index] as SharedArrayBuffer));
  }
  const passengers: SentPassenger[] = [];
  for (let index = 0; index < message.passengers.length; index++) {
    ArrayPrototypePush(passengers, sentPassenger(message.passengers[index] as Passenger, ports));
  }
  return { bytes, buffers: arrayBuffers, memories, passengers };
}

function sentPassenger(passenger: Passenger, ports: Carrier): SentPassenger {
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
export function receivedOf(guest: Guest, sent: SentMessage, ports: Carrier): Message {
  const sharedArrayBuffers: SharedArrayBuffer[] = [];
  for (let index = 0; index < sent.memories.length; index++) {
    ArrayPrototypePush(sharedArrayBuffers, ports.takeMemory(sent.memories[index] as SentMemory));
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
