import type { NativeMessage } from "../../native/native-serdes.ts";
import type { Guest } from "../guest.ts";
import { ArrayPrototypeIncludes, ArrayPrototypePush, ReflectApply, ReflectConstruct } from "../primordial.ts";

/** An object of Node's library that says itself how it is cloned or transferred. */
interface Described {
  readonly data: unknown;
  readonly deserializeInfo: string;
}

/** What travels beside a message's bytes, in the order of its host objects. */
export type Passenger =
  /** The same object on both sides: its state lies with our bindings. */
  | { readonly kind: "shared"; readonly object: object }
  /** An end of a channel that moves. */
  | { readonly kind: "port"; readonly moved: unknown }
  | { readonly kind: "described"; readonly info: string; readonly data: Message };

export interface Message {
  readonly content: NativeMessage;
  readonly passengers: readonly Passenger[];
}

/** What messages need to know of ports. */
export interface PortMover {
  isPort(object: object): boolean;
  isDetached(port: object): boolean;
  /** Takes the end of the channel from its object. */
  release(port: object): unknown;
  /** Gives the end of a channel a new object. */
  adopt(moved: unknown): object;
}

export interface Messages {
  /** @throws a `DataCloneError`, and whatever a getter of the value throws */
  write(value: unknown, transfer: readonly unknown[], source?: object): Message;
  /** The value, and the ports that came with it. */
  read(message: Message): { readonly value: unknown; readonly ports: object[] };
  /** Makes an object of ours one that is shared with its clone. */
  share(object: object): void;
  setCreateObject(create: (info: string) => object): void;
}

const TRANSFERABLE = 1;
const CLONEABLE = 2;

interface Writing {
  readonly transfer: readonly object[];
  readonly passengers: Passenger[];
}

export function createMessages(guest: Guest, ports: PortMover): Messages {
  const { privateSymbols, symbols, native } = guest;
  const modeKey = privateSymbols["transfer_mode_private_symbol"] as symbol;
  const untransferableKey = privateSymbols["untransferable_object_private_symbol"] as symbol;
  const sharedObjects = new WeakSet<object>();
  const isShared = (object: object) => ReflectApply(hasInWeakSet, sharedObjects, [object]) as boolean;
  let createObject: ((info: string) => object) | undefined;

  const dataCloneError = (message: string): Error => {
    return ReflectConstruct(guest.perContext["DOMException"] as Function, [message, "DataCloneError"]) as Error;
  };
  const missing = () =>
    dataCloneError("Object that needs transfer was found in message but not listed in transferList");

  function method(object: object, key: symbol): (() => unknown) | undefined {
    const found = (object as Record<symbol, unknown>)[key];
    return typeof found === "function" ? () => ReflectApply(found as () => unknown, object, []) : undefined;
  }

  function modeOf(object: object): number {
    return ((object as Record<symbol, unknown>)[modeKey] as number | undefined) ?? 0;
  }

  function passenger(object: object, writing: Writing): Passenger {
    const listed = ArrayPrototypeIncludes(writing.transfer, object);
    if (ports.isPort(object)) {
      if (!listed) throw missing();
      return { kind: "port", moved: ports.release(object) };
    }
    if (isShared(object)) return { kind: "shared", object };
    const mode = modeOf(object);
    const transfer =
      listed && (mode & TRANSFERABLE) !== 0
        ? method(object, symbols["messaging_transfer_symbol"] as symbol)
        : undefined;
    const clone = (mode & CLONEABLE) !== 0 ? method(object, symbols["messaging_clone_symbol"] as symbol) : undefined;
    const describe = transfer ?? clone;
    if (describe === undefined) {
      if ((mode & TRANSFERABLE) !== 0 && !listed) throw missing();
      throw dataCloneError("Cannot clone object of unsupported type.");
    }
    const { data, deserializeInfo } = describe() as Described;
    return { kind: "described", info: deserializeInfo, data: writeValue(data, writing.transfer) };
  }

  function writeValue(value: unknown, transfer: readonly object[]): Message {
    const buffers: ArrayBuffer[] = [];
    for (let index = 0; index < transfer.length; index++) {
      const entry = transfer[index] as object;
      if (native.types.isArrayBuffer(entry) && !native.util.isArrayBufferDetached(entry)) {
        ArrayPrototypePush(buffers, entry as ArrayBuffer);
      }
    }
    const writing: Writing = { transfer, passengers: [] };
    const content = native.serdes.writeMessage(value, buffers, {
      dataCloneError,
      writeHostObject: (object) => ArrayPrototypePush(writing.passengers, passenger(object, writing)) - 1,
    });
    return { content, passengers: writing.passengers };
  }

  /** The list as V8 and we need it: checked, and with what its entries bring along. */
  function transferList(given: readonly unknown[], source: object | undefined): object[] {
    const list: object[] = [];
    for (let index = 0; index < given.length; index++) {
      const entry = given[index];
      if (typeof entry !== "object" || entry === null) throw invalidTransfer(guest);
      if (ArrayPrototypeIncludes(list, entry)) throw dataCloneError(duplicate(entry));
      checkEntry(entry, source);
      ArrayPrototypePush(list, entry);
      const nested = method(entry, symbols["messaging_transfer_list_symbol"] as symbol)?.() as unknown[] | undefined;
      if (nested === undefined || native.types.isArrayBuffer(entry)) continue;
      for (let inner = 0; inner < nested.length; inner++) ArrayPrototypePush(list, nested[inner] as object);
    }
    return list;
  }

  function duplicate(entry: object): string {
    return native.types.isArrayBuffer(entry)
      ? "Transfer list contains duplicate ArrayBuffer"
      : "Transfer list contains duplicate host object";
  }

  function checkEntry(entry: object, source: object | undefined): void {
    if ((entry as Record<symbol, unknown>)[untransferableKey] !== undefined) {
      throw dataCloneError("Cannot transfer object of unsupported type.");
    }
    if (native.types.isArrayBuffer(entry)) {
      if (native.util.isArrayBufferDetached(entry))
        throw dataCloneError("An ArrayBuffer is detached and could not be cloned.");
      return;
    }
    if (ports.isPort(entry)) {
      if (entry === source) throw dataCloneError("Transfer list contains source port");
      if (ports.isDetached(entry)) throw dataCloneError("MessagePort in transfer list is already detached");
      return;
    }
    if ((modeOf(entry) & TRANSFERABLE) === 0) throw invalidTransfer(guest);
  }

  function read(message: Message): { value: unknown; ports: object[] } {
    const made: object[] = [];
    const received: object[] = [];
    const { passengers } = message;
    for (let index = 0; index < passengers.length; index++) {
      const next = passengers[index] as Passenger;
      made[index] = arrive(next);
      if (next.kind === "port") ArrayPrototypePush(received, made[index] as object);
    }
    const value = native.serdes.readMessage(message.content, { readHostObject: (id) => made[id] as object });
    for (let index = 0; index < passengers.length; index++) {
      const next = passengers[index] as Passenger;
      if (next.kind !== "described") continue;
      const object = made[index] as Record<symbol, (data: unknown) => void>;
      object[symbols["messaging_deserialize_symbol"] as symbol]?.(read(next.data).value);
    }
    return { value, ports: received };
  }

  function arrive(next: Passenger): object {
    switch (next.kind) {
      case "shared":
        return next.object;
      case "port":
        return ports.adopt(next.moved);
      case "described":
        if (createObject === undefined) throw new Error("no deserializer is set");
        return createObject(next.info);
      default:
        return next satisfies never;
    }
  }

  return {
    write: (value, transfer, source) => writeValue(value, transferList(transfer, source)),
    read,
    share(object) {
      ReflectApply(addToWeakSet, sharedObjects, [object]);
      (object as Record<symbol, unknown>)[modeKey] = CLONEABLE;
    },
    setCreateObject(create) {
      createObject = create;
    },
  };
}

const hasInWeakSet = WeakSet.prototype.has as (this: WeakSet<object>, value: object) => boolean;
const addToWeakSet = WeakSet.prototype.add as (this: WeakSet<object>, value: object) => unknown;

function invalidTransfer(guest: Guest): Error {
  return guest.errors.coded("TypeError", "ERR_INVALID_TRANSFER_OBJECT", "Found invalid object in transferList");
}
