import type { Binding, Guest } from "../guest.ts";
import type { MessagePorts } from "../messaging/message-port.ts";
import { ArrayPrototypePush, ObjectDefineProperty } from "../primordial.ts";

export function messagingBinding(guest: Guest, ports: MessagePorts): Binding {
  const { messages } = ports;
  const requirePort = (value: unknown): object => {
    if (!ports.isPort(value)) {
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
    MessageChannel: ports.MessageChannel,
    MessagePort: ports.MessagePort,
    DOMException: guest.perContext["DOMException"],
    setDeserializerCreateObjectFunction: messages.setCreateObject,
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
      return messages.read(messages.write(value, list)).value;
    },
    stopMessagePort: (port: unknown) => ports.stop(requirePort(port)),
    checkMessagePort: (port: unknown) => ports.isPort(port),
    drainMessagePort(port: unknown) {
      if (ports.isPort(port)) ports.drain(port as object);
    },
    receiveMessageOnPort(port: unknown) {
      const received = ports.receive(requirePort(port));
      return received === undefined ? guest.symbols["no_message_symbol"] : received.value;
    },
    broadcastChannel: (name: string) => ports.broadcast(name),
  };
}
