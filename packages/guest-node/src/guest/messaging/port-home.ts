import type { Guest } from "../guest.ts";
import { GUEST_SCRIPT } from "../guest-script.ts";
import { withoutPrototype } from "../past-prototypes.ts";
import { ArrayPrototypeShift, ReflectApply, ReflectGetPrototypeOf } from "../primordial.ts";

type Method = (this: object, ...args: unknown[]) => unknown;

/** What the methods of every port do, whatever context its object is of. */
export interface PortMethods {
  readonly close: Method;
  readonly hasRef: Method;
  readonly ref: Method;
  readonly unref: Method;
  readonly getAsyncId: Method;
  readonly getProviderType: Method;
  readonly postMessage: Method;
  readonly start: Method;
}

/** A context of `node:vm` that a port has moved to: its objects are made there, and what comes to it is. */
export interface PortHome {
  readonly contextified: object;
  readonly prototype: object;
  /** Called on a port: with the value, whatever gives the next port that has come with it, and the kind of the event. */
  readonly emit: (this: object, data: unknown, nextPort: () => object | undefined, type: string) => void;
}

interface HomeMade {
  readonly prototype: object;
  readonly emit: PortHome["emit"];
  readonly dataCloneError: (message: string) => Error;
}

/**
 * Runs in the context: no object of another one shows there. Ports have no methods of event targets, as with Node, where
 * `onmessage` is called with a plain event.
 */
const SOURCE = `
  "use strict";
  class HandleWrap {
    close() { calls.close(this); }
    hasRef() { return calls.hasRef(this); }
    ref() { calls.ref(this); }
    unref() { calls.unref(this); }
    getAsyncId() { return calls.getAsyncId(this); }
    getProviderType() { return calls.getProviderType(this); }
  }
  class MessagePort extends HandleWrap {
    constructor() {
      const error = new TypeError("Constructor cannot be called");
      error.code = "ERR_CONSTRUCT_CALL_INVALID";
      throw error;
    }
    postMessage(value, options) { return calls.postMessage(this, arguments.length, value, options); }
    start() { calls.start(this); }
  }
  class MessageEvent {
    constructor(data, target, type, ports) {
      this.data = data;
      this.target = target;
      this.type = type;
      this.ports = ports;
    }
  }
  class DOMException extends Error {
    get name() { return "DataCloneError"; }
    get code() { return 25; }
  }
  return {
    __proto__: null,
    prototype: MessagePort.prototype,
    emit(data, nextPort, type) {
      const ports = [];
      for (let port = nextPort(); port !== undefined; port = nextPort()) ports[ports.length] = port;
      const event = new MessageEvent(data, this, type, ports);
      const listener = type === "message" ? this.onmessage : this.onmessageerror;
      if (typeof listener === "function") {
        if (type === "message") this.onmessage(event);
        else this.onmessageerror(event);
      }
    },
    dataCloneError: (message) => new DOMException(message),
  };
`;

/** Prepares a context for ports. */
export function createPortHome(guest: Guest, contextified: object, methods: PortMethods): PortHome {
  const { native, perContext, symbols } = guest;
  const call = (name: keyof PortMethods) => (port: object) => ReflectApply(methods[name], port, []);
  const postMessage = (port: object, count: number, value: unknown, options: unknown): unknown => {
    try {
      return ReflectApply(methods.postMessage, port, count > 1 ? [value, options] : count === 1 ? [value] : []);
    } catch (error) {
      throw isDataCloneError(error) ? made.dataCloneError((error as Error).message) : error;
    }
  };
  const { prototype } = perContext["DOMException"] as { readonly prototype: object };
  const isDataCloneError = (error: unknown): boolean =>
    typeof error === "object" && error !== null && ReflectGetPrototypeOf(error) === prototype;
  const hostSymbol = symbols["vm_dynamic_import_no_callback"] as symbol;
  const compiled = native.contextify.compileFunction(
    SOURCE,
    GUEST_SCRIPT,
    0,
    0,
    undefined,
    false,
    contextified,
    undefined,
    ["calls"],
    hostSymbol,
  );
  const calls = withoutPrototype({
    close: call("close"),
    hasRef: call("hasRef"),
    ref: call("ref"),
    unref: call("unref"),
    getAsyncId: call("getAsyncId"),
    getProviderType: call("getProviderType"),
    start: call("start"),
    postMessage,
  });
  const made = compiled.function(calls) as HomeMade;
  return { contextified, prototype: made.prototype, emit: made.emit };
}

/** What hands out one port after the other. */
export function oneByOne(ports: object[]): () => object | undefined {
  return () => (ports.length > 0 ? ArrayPrototypeShift(ports) : undefined);
}
