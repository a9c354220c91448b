import type { LoopHandle } from "../event-loop.ts";
import type { Guest } from "../guest.ts";
import {
  ArrayIsArray,
  ArrayPrototypeIncludes,
  ArrayPrototypeIndexOf,
  ArrayPrototypePush,
  ArrayPrototypeShift,
  ArrayPrototypeSplice,
  MapPrototypeGet,
  MapPrototypeSet,
  ObjectCreate,
  ReflectApply,
  SymbolIterator,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "../primordial.ts";
import { createMessages, type Message, type Messages, type PortMover } from "./message.ts";

/** One end of a channel; the object that stands for it may change when it is transferred. */
interface PortState {
  port: object | undefined;
  /** Those who receive what is posted here: the other end, or all others of a broadcast group. */
  peers: PortState[];
  readonly queue: (Message | "close")[];
  readonly handle: LoopHandle;
  started: boolean;
  closed: boolean;
  scheduled: boolean;
  /** Whether it belongs to a broadcast group: those outlive one another. */
  broadcasts: boolean;
}

export interface MessagePorts {
  readonly messages: Messages;
  readonly MessagePort: new () => object;
  readonly MessageChannel: unknown;
  stop(port: object): void;
  drain(port: object): void;
  isPort(value: unknown): boolean;
  /** The oldest message, or undefined. */
  receive(port: object): { readonly value: unknown } | undefined;
  broadcast(name: string): object;
}

type Emit = (this: object, data: unknown, ports: object[], type: string) => void;

/** `MessagePort`s within this guest: both ends always live on the same loop. */
export function createMessagePorts(guest: Guest): MessagePorts {
  const states = new WeakMap<object, PortState | undefined>();
  const knownPorts = new WeakMap<object, true>();
  const groups = new Map<string, PortState[]>();
  const stateOf = (port: object): PortState | undefined => WeakMapPrototypeGet(states, port);
  const oninit = guest.symbols["oninit"] as symbol;
  const onclose = guest.symbols["handle_onclose"] as symbol;
  const modeKey = guest.privateSymbols["transfer_mode_private_symbol"] as symbol;

  const mover: PortMover = {
    isPort: (object) => WeakMapPrototypeGet(knownPorts, object) === true,
    isDetached: (port) => stateOf(port) === undefined,
    release(port) {
      const state = stateOf(port) as PortState;
      detach(port, state);
      return state;
    },
    adopt: (moved) => newPort(moved as PortState),
  };
  const messages = createMessages(guest, mover);

  function detach(port: object, state: PortState): void {
    state.started = false;
    state.handle.active = false;
    state.port = undefined;
    WeakMapPrototypeSet(states, port, undefined);
    guest.loop.close(() => emitClose(port));
  }

  function emitClose(port: object): void {
    const callback = (port as Record<symbol, unknown>)[onclose];
    const wrap = guest.wraps.wrapOf(port);
    if (typeof callback === "function" && wrap !== undefined) {
      guest.loop.makeCallback(wrap, callback as () => void, port);
    }
  }

  function newState(): PortState {
    const handle: LoopHandle = { name: "MessagePort", active: true, ref: true };
    return {
      port: undefined,
      peers: [],
      queue: [],
      handle,
      started: false,
      closed: false,
      scheduled: false,
      broadcasts: false,
    };
  }

  function newPort(state: PortState): object {
    const port = ObjectCreate(MessagePort.prototype as object);
    state.port = port;
    state.handle.active = true;
    state.handle.ref = true;
    WeakMapPrototypeSet(states, port, state);
    WeakMapPrototypeSet(knownPorts, port, true);
    (port as Record<symbol, unknown>)[modeKey] = 1;
    guest.wraps.adopt(port, "MESSAGEPORT");
    guest.loop.addHandle(state.handle);
    const init = (port as Record<symbol, unknown>)[oninit];
    if (typeof init === "function") ReflectApply(init as () => void, port, []);
    if (state.queue.length > 0) schedule(state);
    return port;
  }

  function schedule(state: PortState): void {
    if (state.scheduled) return;
    state.scheduled = true;
    // Whether a message keeps the loop alive is the port's decision, not the message's.
    guest.loop.post(() => {
      state.scheduled = false;
      process(state, false);
    }, false);
    guest.loop.addHandle(state.handle);
  }

  function process(state: PortState, force: boolean): void {
    const limit = state.queue.length > MESSAGES_PER_TURN ? state.queue.length : MESSAGES_PER_TURN;
    for (let count = 0; count < limit; count++) {
      const next = state.queue[0];
      if (next === undefined || state.port === undefined) return;
      if (next !== "close" && !state.started && !force) return;
      ArrayPrototypeShift(state.queue);
      if (next === "close") close(state);
      else emit(state.port, next);
    }
    if (state.queue.length > 0) schedule(state);
  }

  function emit(port: object, message: Message): void {
    let type = "message";
    let value: unknown;
    let ports: object[] = [];
    try {
      ({ value, ports } = messages.read(message));
    } catch (error) {
      type = "messageerror";
      value = error;
    }
    const wrap = guest.wraps.wrapOf(port);
    const emitMessage = guest.perContext["emitMessage"] as Emit;
    if (wrap !== undefined) guest.loop.makeCallback(wrap, emitMessage, port, value, ports, type);
  }

  function close(state: PortState): void {
    if (state.closed) return;
    state.closed = true;
    for (let index = 0; index < state.peers.length; index++) {
      const peer = state.peers[index] as PortState;
      const mine = ArrayPrototypeIndexOf(peer.peers, state);
      if (mine >= 0) ArrayPrototypeSplice(peer.peers, mine, 1);
      if (!state.broadcasts) {
        ArrayPrototypePush(peer.queue, "close");
        schedule(peer);
      }
    }
    state.peers = [];
    if (state.port !== undefined) detach(state.port, state);
  }

  function post(port: object, value: unknown, transfer: readonly unknown[]): boolean | undefined {
    const state = stateOf(port);
    const target = state?.broadcasts === false ? state.peers[0]?.port : undefined;
    const targetIsSent = target !== undefined && ArrayPrototypeIncludes(transfer, target);
    const message = messages.write(value, transfer, port);
    if (state === undefined) return undefined;
    if (targetIsSent) {
      warnOfLoss(guest);
      close(state);
      return true;
    }
    for (let index = 0; index < state.peers.length; index++) {
      const peer = state.peers[index] as PortState;
      ArrayPrototypePush(peer.queue, message);
      schedule(peer);
    }
    return true;
  }

  class HandleWrap {
    close(): void {
      const state = stateOf(this);
      if (state !== undefined) close(state);
    }

    hasRef(): boolean | undefined {
      if (WeakMapPrototypeGet(knownPorts, this) !== true) throw new TypeError("Illegal invocation");
      return stateOf(this)?.handle.ref;
    }

    ref(): void {
      const state = stateOf(this);
      if (state !== undefined) state.handle.ref = true;
    }

    unref(): void {
      const state = stateOf(this);
      if (state !== undefined) state.handle.ref = false;
    }
  }
  guest.wraps.dress(HandleWrap.prototype);

  class MessagePort extends HandleWrap {
    constructor() {
      super();
      throw guest.errors.coded("TypeError", "ERR_CONSTRUCT_CALL_INVALID", "Constructor cannot be called");
    }

    postMessage(...args: [value?: unknown, options?: unknown]): boolean | undefined {
      if (args.length === 0) {
        throw guest.errors.coded("TypeError", "ERR_MISSING_ARGS", "Not enough arguments to MessagePort.postMessage");
      }
      return post(this, args[0], transferOf(guest, args[1]));
    }

    start(): void {
      const state = stateOf(this);
      if (state === undefined) return;
      state.started = true;
      if (state.queue.length > 0) schedule(state);
    }

    drain(): void {
      const state = stateOf(this);
      if (state !== undefined) process(state, true);
    }
  }

  class MessageChannel {
    readonly port1: object;
    readonly port2: object;

    constructor() {
      const first = newState();
      const second = newState();
      first.peers = [second];
      second.peers = [first];
      this.port1 = newPort(first);
      this.port2 = newPort(second);
    }
  }

  return {
    messages,
    MessagePort,
    MessageChannel,
    isPort: (value) => typeof value === "object" && value !== null && mover.isPort(value),
    stop(port) {
      const state = stateOf(port);
      if (state !== undefined) state.started = false;
    },
    drain(port) {
      const state = stateOf(port);
      if (state !== undefined) process(state, true);
    },
    receive(port) {
      const state = stateOf(port);
      const next = state?.queue[0];
      if (state === undefined || next === undefined || next === "close") return undefined;
      ArrayPrototypeShift(state.queue);
      return { value: messages.read(next).value };
    },
    broadcast(name) {
      const group = MapPrototypeGet(groups, name) ?? [];
      MapPrototypeSet(groups, name, group);
      const state = newState();
      state.broadcasts = true;
      for (let index = 0; index < group.length; index++) {
        const other = group[index] as PortState;
        if (other.closed) continue;
        ArrayPrototypePush(other.peers, state);
        ArrayPrototypePush(state.peers, other);
      }
      ArrayPrototypePush(group, state);
      return newPort(state);
    },
  };
}

const MESSAGES_PER_TURN = 1000;

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

function warnOfLoss(guest: Guest): void {
  const emitWarning = guest.process["emitWarning"] as (message: string) => void;
  emitWarning("The target port was posted to itself, and the communication channel was lost");
}
