import type { NativeMessage } from "../../native/native-serdes.ts";
import type { Guest } from "../guest.ts";
import { ArrayPrototypePush, withoutPrototype } from "../past-prototypes.ts";
import {
  ArrayPrototypeIncludes,
  ReflectApply,
  ReflectConstruct,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "../primordial.ts";
import { withStackRoom } from "../stack-room.ts";
import { CLONEABLE, type MessageMarks, TRANSFERABLE } from "./message-marks.ts";
import type { PortHome } from "./port-home.ts";
import type { PortMover } from "./port-mover.ts";
import { TransferList } from "./transfer-list.ts";
import { findTraveller, type Traveller } from "./travellers.table.ts";

/** An object of Node's library that says itself how it is cloned or transferred. */
interface Described {
  readonly data: unknown;
  readonly deserializeInfo: unknown;
}

/** What another thread makes an object of: plain data. */
export interface Packed {
  readonly name: PackedName;
  readonly data: unknown;
}

export type PackedName = "key" | "webKey" | "socketAddress" | "blockList";

/** Whose module has to be there before it is known how to unpack. */
const packedModules: Readonly<Record<PackedName, string>> = withoutPrototype({
  key: "internal/crypto/keys",
  webKey: "internal/crypto/keys",
  socketAddress: "internal/socketaddress",
  blockList: "internal/blocklist",
});

/** How an object of ours is cloned. */
export interface Shares {
  /** Makes its clone; without it, it is the same object on both sides. */
  readonly copy?: () => object;
  /** For other threads; without it, it goes to none. */
  readonly pack?: () => Packed;
}

/** What travels beside a message's bytes, in the order of its host objects. */
export type Passenger =
  /** An object whose state lies with our bindings, or how another one of it is made, here and in another thread. */
  | { readonly kind: "shared"; readonly object: object; readonly shares: Shares }
  /** Such an object from another thread. */
  | { readonly kind: "packed"; readonly packed: Packed }
  /** An end of a channel that moves. */
  | { readonly kind: "port"; readonly moved: unknown }
  | { readonly kind: "described"; readonly traveller: Traveller; readonly data: Message };

export interface Message {
  readonly content: NativeMessage;
  readonly passengers: readonly Passenger[];
}

const NOTHING_OF_ITS_OWN: Shares = withoutPrototype({});

/** Values on their way between two ports, or through `structuredClone`. */
export class Messages implements MessageMarks {
  readonly #guest: Guest;
  readonly #ports: PortMover;
  readonly #shared: WeakMap<object, Shares> = new WeakMap();
  readonly #unpackers: Record<string, (data: unknown) => object> = withoutPrototype({});

  constructor(guest: Guest, ports: PortMover) {
    this.#guest = guest;
    this.#ports = ports;
  }

  /** Lets an object of ours be cloned. */
  share(object: object, shares: Shares = NOTHING_OF_ITS_OWN): void {
    WeakMapPrototypeSet(this.#shared, object, shares);
    (object as Record<symbol, unknown>)[this.#modeKey()] = CLONEABLE;
  }

  /** Says how to make an object of what another thread has packed. */
  unpacks(name: PackedName, unpack: (data: unknown) => object): void {
    this.#unpackers[name] = unpack;
  }

  /** @throws a `DataCloneError`, and whatever a getter of the value throws */
  write(value: unknown, transfer: readonly unknown[], source?: object): Message {
    return this.#write(value, new TransferList(this.#guest, this.#ports, this).read(transfer, source));
  }

  /**
   * The value, and the ports that came with it; made in that context.
   *
   * @throws `ERR_MESSAGE_TARGET_CONTEXT_UNAVAILABLE` for what can be in none but the library's own
   */
  read(message: Message, home?: PortHome): { readonly value: unknown; readonly ports: object[] } {
    const { passengers, content } = message;
    const made: object[] = [];
    const ports: object[] = [];
    for (let index = 0; index < passengers.length; index++) {
      const next = passengers[index] as Passenger;
      const object = this.#arrive(next, home);
      ArrayPrototypePush(made, object);
      if (next.kind === "port") ArrayPrototypePush(ports, object);
    }
    const { native, symbols } = this.#guest;
    const value = native.serdes.readMessage(
      content,
      withoutPrototype({ readHostObject: (id: number) => made[id] as object }),
      home?.contextified,
    );
    const deserialize = symbols["messaging_deserialize_symbol"] as symbol;
    for (let index = 0; index < passengers.length; index++) {
      const next = passengers[index] as Passenger;
      if (next.kind !== "described") continue;
      (made[index] as Record<symbol, (data: unknown) => void>)[deserialize]?.(this.read(next.data).value);
    }
    return { value, ports };
  }

  modeOf(object: object): number {
    return ((object as Record<symbol, unknown>)[this.#modeKey()] as number | undefined) ?? 0;
  }

  method(object: object, name: string): (() => unknown) | undefined {
    const found = (object as Record<symbol, unknown>)[this.#guest.symbols[name] as symbol];
    return typeof found === "function" ? () => ReflectApply(found as () => unknown, object, []) : undefined;
  }

  dataCloneError(message: string): Error {
    const { perContext } = this.#guest;
    return withStackRoom(
      () => ReflectConstruct(perContext["DOMException"] as Function, [message, "DataCloneError"]) as Error,
    );
  }

  #modeKey(): symbol {
    return this.#guest.privateSymbols["transfer_mode_private_symbol"] as symbol;
  }

  #write(value: unknown, transfer: readonly object[]): Message {
    const { native } = this.#guest;
    const buffers: ArrayBuffer[] = [];
    for (let index = 0; index < transfer.length; index++) {
      const entry = transfer[index] as object;
      if (native.types.isArrayBuffer(entry) && !native.util.isArrayBufferDetached(entry)) {
        ArrayPrototypePush(buffers, entry as ArrayBuffer);
      }
    }
    const passengers: Passenger[] = [];
    const content = native.serdes.writeMessage(
      value,
      buffers,
      withoutPrototype({
        dataCloneError: (message: string) => this.dataCloneError(message),
        writeHostObject: (object: object) => ArrayPrototypePush(passengers, this.#passenger(object, transfer)) - 1,
      }),
    );
    return { content, passengers };
  }

  #passenger(object: object, transfer: readonly object[]): Passenger {
    const listed = ArrayPrototypeIncludes(transfer, object);
    if (this.#ports.isPort(object)) {
      if (!listed) throw this.#notListed();
      return { kind: "port", moved: this.#ports.release(object) };
    }
    const shares = WeakMapPrototypeGet(this.#shared, object);
    if (shares !== undefined) return { kind: "shared", object, shares };
    const mode = this.modeOf(object);
    const moves = listed && (mode & TRANSFERABLE) !== 0;
    const clones = (mode & CLONEABLE) !== 0;
    const describe =
      (moves ? this.method(object, "messaging_transfer_symbol") : undefined) ??
      (clones ? this.method(object, "messaging_clone_symbol") : undefined);
    if (describe === undefined) {
      if ((mode & TRANSFERABLE) !== 0 && !listed) throw this.#notListed();
      throw this.dataCloneError("Cannot clone object of unsupported type.");
    }
    const { data, deserializeInfo } = describe() as Described;
    return { kind: "described", traveller: this.#travellerOf(deserializeInfo), data: this.#write(data, transfer) };
  }

  /** Nothing but its own names may be required from the library, whatever an object says of itself. */
  #travellerOf(info: unknown): Traveller {
    const found = typeof info === "string" ? findTraveller(this.#guest, info) : undefined;
    if (found === undefined) throw this.dataCloneError("Cannot clone object of unsupported type.");
    return found;
  }

  /** Not by the library's own function, which splits a text: a program may have changed how. */
  #make({ module, name }: Traveller): object {
    const made = this.#guest.library.require(module)[name];
    if (typeof made !== "function") throw this.dataCloneError(`Unknown deserialize spec ${module}:${name}`);
    return ReflectConstruct(made, []) as object;
  }

  #notListed(): Error {
    return this.dataCloneError("Object that needs transfer was found in message but not listed in transferList");
  }

  #unpack({ name, data }: Packed): object {
    const module = packedModules[name];
    if (module !== undefined) this.#guest.library.require(module);
    const unpack = this.#unpackers[name];
    if (unpack === undefined) throw this.dataCloneError("Cannot clone object of unsupported type.");
    return unpack(data);
  }

  #arrive(next: Passenger, home: PortHome | undefined): object {
    if (home !== undefined && next.kind !== "port") {
      const text = "A message object could not be deserialized successfully in the target vm.Context";
      throw this.#guest.errors.coded("Error", "ERR_MESSAGE_TARGET_CONTEXT_UNAVAILABLE", text);
    }
    switch (next.kind) {
      case "shared":
        return next.shares.copy?.() ?? next.object;
      case "packed":
        return this.#unpack(next.packed);
      case "port":
        return this.#ports.adopt(next.moved, home);
      case "described":
        return this.#make(next.traveller);
      default:
        return next satisfies never;
    }
  }
}
