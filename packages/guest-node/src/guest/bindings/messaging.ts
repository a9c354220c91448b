import type { Binding, Guest } from "../guest.ts";
import { createPortClasses } from "../messaging/message-port.ts";
import type { PortHub } from "../messaging/port-hub.ts";
import { cloneable } from "../node-process.ts";
import { ArrayPrototypePush, ObjectDefineProperty } from "../past-prototypes.ts";

export function messagingBinding(guest: Guest, hub: PortHub): Binding {
  const { messages } = hub;
  const { MessagePort, MessageChannel } = createPortClasses(guest, hub);
  const requirePort = (value: unknown): object => {
    if (!hub.isPort(value)) {
      throw guest.errors.coded(
        "TypeError",
        "ERR_INVALID_ARG_TYPE",
        'The "port" argument must be a MessagePort instance',
      );
    }
    return value as object;
  };
  return {
    __proto__: null,
    MessageChannel,
    MessagePort,
    DOMException: guest.perContext["DOMException"],
    // What messages make is made without it: see the table of travellers.
    setDeserializerCreateObjectFunction() {},
    exposeLazyDOMExceptionProperty(target: object) {
      ObjectDefineProperty(target, "DOMException", {
        value: guest.perContext["DOMException"],
        writable: true,
        enumerable: false,
        configurable: true,
      });
    },
    structuredClone(value: unknown, options: { readonly transfer?: readonly unknown[] } | undefined) {
      const list: unknown[] = [];
      const transfer = options?.transfer ?? [];
      for (let index = 0; index < transfer.length; index++) ArrayPrototypePush(list, transfer[index]);
      return messages.read(messages.write(cloneable(value), list)).value;
    },
    stopMessagePort(port: unknown) {
      const state = hub.stateOf(requirePort(port));
      if (state !== undefined) state.started = false;
    },
    moveMessagePortToContext(given: unknown, contextified: unknown) {
      const port = requirePort(given);
      if (hub.isDetached(port) || guest.native.contextify.isContext(contextified)) {
        return hub.moveTo(contextified as object, port);
      }
      throw guest.errors.coded("TypeError", "ERR_INVALID_ARG_TYPE", "Invalid context argument");
    },
    checkMessagePort: (port: unknown) => hub.isPort(port),
    drainMessagePort(port: unknown) {
      const state = hub.isPort(port) ? hub.stateOf(port) : undefined;
      if (state !== undefined) hub.drain(state);
    },
    receiveMessageOnPort(port: unknown) {
      const received = hub.receive(requirePort(port));
      return received === undefined ? guest.symbols["no_message_symbol"] : received.value;
    },
    broadcastChannel: (name: string) => hub.broadcast(name),
  };
}
