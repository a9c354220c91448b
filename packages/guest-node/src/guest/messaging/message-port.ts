import type { Guest } from "../guest.ts";
import { ArrayPrototypePush, ObjectDefineProperty, setOwn, withoutPrototype } from "../past-prototypes.ts";
import {
  ArrayIsArray,
  ObjectSetPrototypeOf,
  ReflectApply,
  ReflectGetPrototypeOf,
  SymbolIterator,
} from "../primordial.ts";
import type { PortMethods } from "./port-home.ts";
import type { PortHub } from "./port-hub.ts";
import { createPortState } from "./port-state.ts";

/** The classes of `MessagePort` and `MessageChannel`, over the ports of one guest. */
export interface PortClasses {
  readonly MessagePort: object;
  readonly MessageChannel: object;
}

export function createPortClasses(guest: Guest, hub: PortHub): PortClasses {
  const HandleWrap = createHandleWrap(guest, hub);

  class MessagePort extends HandleWrap {
    postMessage(...args: [value?: unknown, options?: unknown]): boolean | undefined {
      assertPort(hub, this);
      if (args.length === 0) {
        throw guest.errors.coded("TypeError", "ERR_MISSING_ARGS", "Not enough arguments to MessagePort.postMessage");
      }
      return hub.post(this, args[0], transferOf(guest, args.length > 1 ? args[1] : undefined));
    }

    start(): void {
      assertPort(hub, this);
      const state = hub.stateOf(this);
      if (state !== undefined) hub.start(state);
    }
  }
  hub.portPrototype = MessagePort.prototype;
  // The library puts others in their stead, of event targets.
  hub.portMethods = methodsOf(MessagePort.prototype);

  function MessageChannel(this: object): void {
    if (new.target === undefined) {
      throw guest.errors.coded("TypeError", "ERR_CONSTRUCT_CALL_REQUIRED", "Cannot call constructor without `new`");
    }
    const first = createPortState(false);
    const second = createPortState(false);
    first.peers = [second];
    second.peers = [first];
    setOwn(this, "port1", hub.createPort(first));
    setOwn(this, "port2", hub.createPort(second));
  }

  return { MessagePort: uncallable(guest, MessagePort), MessageChannel };
}

/** As they are now, inherited ones with them. */
function methodsOf(prototype: object): PortMethods {
  const { close, hasRef, ref, unref, getAsyncId, getProviderType, postMessage, start } = prototype as PortMethods;
  return withoutPrototype({ close, hasRef, ref, unref, getAsyncId, getProviderType, postMessage, start });
}

/** In the place of a class whose objects are made otherwise: called, with or without `new`, it says that it is not to be. */
function uncallable(guest: Guest, given: { readonly prototype: object }): object {
  function MessagePort(): never {
    throw guest.errors.coded("TypeError", "ERR_CONSTRUCT_CALL_INVALID", "Constructor cannot be called");
  }
  const { prototype } = given;
  ObjectDefineProperty(prototype, "constructor", { value: MessagePort, writable: true, configurable: true });
  ObjectDefineProperty(MessagePort, "prototype", { value: prototype, writable: false });
  return ObjectSetPrototypeOf(MessagePort, ReflectGetPrototypeOf(given));
}

/** What a port has from the base class of all handles. */
function createHandleWrap(guest: Guest, hub: PortHub): new () => object {
  class HandleWrap {
    close(): void {
      assertPort(hub, this);
      const state = hub.stateOf(this);
      if (state !== undefined) hub.close(state);
    }

    hasRef(): boolean | undefined {
      assertPort(hub, this);
      return hub.hasRef(this);
    }

    ref(): void {
      assertPort(hub, this);
      hub.keep(this, true);
    }

    unref(): void {
      assertPort(hub, this);
      hub.keep(this, false);
    }
  }
  guest.wraps.dress(HandleWrap.prototype);
  return HandleWrap;
}

/** Node's methods of ports refuse what is none, whatever its prototype; a detached port stays one. */
function assertPort(hub: PortHub, value: unknown): void {
  if (!hub.isPort(value)) throw new TypeError("Illegal invocation");
}

/** The second argument of `postMessage`: a list, or `{ transfer }`. */
function transferOf(guest: Guest, options: unknown): unknown[] {
  if (options === undefined || options === null) return [];
  const wrong = (message: string) => guest.errors.coded("TypeError", "ERR_INVALID_ARG_TYPE", message);
  if (typeof options !== "object") throw wrong("Optional transferList argument must be an iterable");
  const list = listOf(options);
  if (list !== undefined) return list;
  const { transfer } = options as { readonly transfer?: unknown };
  if (transfer === undefined) return [];
  const given = typeof transfer === "object" && transfer !== null ? listOf(transfer) : undefined;
  if (given === undefined) throw wrong("Optional options.transfer argument must be an iterable");
  return given;
}

interface Iteration {
  readonly next?: unknown;
}

/** What an iterable gives; undefined of what is none. */
function listOf(source: object): unknown[] | undefined {
  const list: unknown[] = [];
  if (ArrayIsArray(source)) {
    for (let index = 0; index < source.length; index++) ArrayPrototypePush(list, source[index]);
    return list;
  }
  const begin = (source as Record<symbol, unknown>)[SymbolIterator];
  if (typeof begin !== "function") return undefined;
  const iterator = ReflectApply(begin as () => Iteration, source, []) as Iteration | null;
  if (typeof iterator !== "object" || iterator === null || typeof iterator.next !== "function") return undefined;
  const next = iterator.next as () => IteratorResult<unknown>;
  for (;;) {
    const result = ReflectApply(next, iterator, []);
    if (result.done === true) return list;
    ArrayPrototypePush(list, result.value);
  }
}
