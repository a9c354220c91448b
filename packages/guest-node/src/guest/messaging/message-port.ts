import type { Guest } from "../guest.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { ArrayIsArray, SymbolIterator } from "../primordial.ts";
import type { PortHub } from "./port-hub.ts";
import { createPortState } from "./port-state.ts";

/** The classes of `MessagePort` and `MessageChannel`, over the ports of one guest. */
export interface PortClasses {
  readonly MessagePort: new () => object;
  readonly MessageChannel: new () => object;
}

export function createPortClasses(guest: Guest, hub: PortHub): PortClasses {
  const HandleWrap = createHandleWrap(guest, hub);

  class MessagePort extends HandleWrap {
    constructor() {
      super();
      throw guest.errors.coded("TypeError", "ERR_CONSTRUCT_CALL_INVALID", "Constructor cannot be called");
    }

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

    drain(): void {
      const state = hub.stateOf(this);
      if (state !== undefined) hub.drain(state);
    }
  }
  hub.portPrototype = MessagePort.prototype;

  class MessageChannel {
    readonly port1: object;
    readonly port2: object;

    constructor() {
      const first = createPortState(false);
      const second = createPortState(false);
      first.peers = [second];
      second.peers = [first];
      this.port1 = hub.createPort(first);
      this.port2 = hub.createPort(second);
    }
  }

  return { MessagePort, MessageChannel };
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
      return hub.stateOf(this)?.handle.ref;
    }

    ref(): void {
      assertPort(hub, this);
      const state = hub.stateOf(this);
      if (state !== undefined) state.handle.ref = true;
    }

    unref(): void {
      assertPort(hub, this);
      const state = hub.stateOf(this);
      if (state !== undefined) state.handle.ref = false;
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
  if (isIterable(options)) return listOf(options);
  const { transfer } = options as { readonly transfer?: unknown };
  if (transfer === undefined || transfer === null) return [];
  if (typeof transfer !== "object" || !isIterable(transfer)) {
    throw wrong("Optional options.transfer argument must be an iterable");
  }
  return listOf(transfer);
}

function isIterable(value: object): value is Iterable<unknown> {
  return ArrayIsArray(value) || typeof (value as Record<symbol, unknown>)[SymbolIterator] === "function";
}

function listOf(source: Iterable<unknown>): unknown[] {
  const list: unknown[] = [];
  for (const entry of source) ArrayPrototypePush(list, entry);
  return list;
}
