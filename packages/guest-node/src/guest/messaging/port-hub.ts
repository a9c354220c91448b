import type { Guest } from "../guest.ts";
import { ArrayPrototypePush, removeAt } from "../past-prototypes.ts";
import {
  ArrayPrototypeIncludes,
  ArrayPrototypeIndexOf,
  ArrayPrototypeShift,
  MapPrototypeGet,
  MapPrototypeSet,
  MathMax,
  ObjectCreate,
  ReflectApply,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "../primordial.ts";
import { type Message, Messages } from "./message.ts";
import type { PortMover } from "./port-mover.ts";
import { createPortState, type PortState } from "./port-state.ts";

type Emit = (this: object, data: unknown, ports: object[], type: string) => void;

const MESSAGES_PER_TURN = 1000;

/** All message ports of one guest: both ends of a channel always live on the same loop. */
export class PortHub implements PortMover {
  readonly messages: Messages;
  /** The prototype of new ports; set once their class is there. */
  portPrototype: object | null = null;
  readonly #guest: Guest;
  // Of a detached port nothing is left but that it was one.
  readonly #states: WeakMap<object, PortState | undefined> = new WeakMap();
  readonly #known: WeakMap<object, true> = new WeakMap();
  readonly #groups: Map<string, PortState[]> = new Map();

  constructor(guest: Guest) {
    this.#guest = guest;
    this.messages = new Messages(guest, this);
  }

  isPort(value: unknown): value is object {
    return typeof value === "object" && value !== null && WeakMapPrototypeGet(this.#known, value) === true;
  }

  isDetached(port: object): boolean {
    return this.stateOf(port) === undefined;
  }

  stateOf(port: object): PortState | undefined {
    return WeakMapPrototypeGet(this.#states, port);
  }

  release(port: object): PortState {
    const state = this.stateOf(port) as PortState;
    this.#detach(port, state);
    return state;
  }

  adopt(moved: unknown): object {
    return this.createPort(moved as PortState);
  }

  createPort(state: PortState): object {
    const { privateSymbols, symbols, wraps, loop } = this.#guest;
    const port = ObjectCreate(this.portPrototype) as Record<symbol, unknown>;
    state.port = port;
    state.handle.active = true;
    state.handle.ref = true;
    WeakMapPrototypeSet(this.#states, port, state);
    WeakMapPrototypeSet(this.#known, port, true);
    port[privateSymbols["transfer_mode_private_symbol"] as symbol] = 1;
    wraps.adopt(port, "MESSAGEPORT");
    loop.addHandle(state.handle);
    const init = port[symbols["oninit"] as symbol];
    if (typeof init === "function") ReflectApply(init as () => void, port, []);
    if (state.queue.length > 0) this.#schedule(state);
    return port;
  }

  start(state: PortState): void {
    state.started = true;
    if (state.queue.length > 0) this.#schedule(state);
  }

  /** Hands out what waits, whether or not the port was started. */
  drain(state: PortState): void {
    this.#process(state, true);
  }

  /** The oldest message, or undefined. */
  receive(port: object): { readonly value: unknown } | undefined {
    const state = this.stateOf(port);
    const next = state === undefined ? undefined : firstOf(state.queue);
    if (state === undefined || next === undefined || next === "close") return undefined;
    ArrayPrototypeShift(state.queue);
    return { value: this.messages.read(next).value };
  }

  post(port: object, value: unknown, transfer: readonly unknown[]): boolean | undefined {
    const state = this.stateOf(port);
    const target = state?.broadcasts === false ? firstOf(state.peers)?.port : undefined;
    const targetIsSent = target !== undefined && ArrayPrototypeIncludes(transfer, target);
    const message = this.messages.write(value, transfer, port);
    if (state === undefined) return undefined;
    if (targetIsSent) {
      const emitWarning = this.#guest.process["emitWarning"] as (message: string) => void;
      emitWarning("The target port was posted to itself, and the communication channel was lost");
      this.close(state);
      return true;
    }
    for (let index = 0; index < state.peers.length; index++) {
      const peer = state.peers[index] as PortState;
      ArrayPrototypePush(peer.queue, message);
      this.#schedule(peer);
    }
    return true;
  }

  close(state: PortState): void {
    if (state.closed) return;
    state.closed = true;
    for (let index = 0; index < state.peers.length; index++) {
      const peer = state.peers[index] as PortState;
      const mine = ArrayPrototypeIndexOf(peer.peers, state);
      if (mine >= 0) removeAt(peer.peers, mine);
      if (state.broadcasts) continue;
      ArrayPrototypePush(peer.queue, "close");
      this.#schedule(peer);
    }
    state.peers = [];
    if (state.port !== undefined) this.#detach(state.port, state);
  }

  /** A port that reaches all others of the same name. */
  broadcast(name: string): object {
    const group = MapPrototypeGet(this.#groups, name) ?? [];
    MapPrototypeSet(this.#groups, name, group);
    const state = createPortState(true);
    for (let index = 0; index < group.length; index++) {
      const other = group[index] as PortState;
      if (other.closed) continue;
      ArrayPrototypePush(other.peers, state);
      ArrayPrototypePush(state.peers, other);
    }
    ArrayPrototypePush(group, state);
    return this.createPort(state);
  }

  #detach(port: object, state: PortState): void {
    state.started = false;
    state.handle.active = false;
    state.port = undefined;
    WeakMapPrototypeSet(this.#states, port, undefined);
    const { loop, symbols, wraps } = this.#guest;
    loop.close(() => {
      const callback = (port as Record<symbol, unknown>)[symbols["handle_onclose"] as symbol];
      const wrap = wraps.wrapOf(port);
      if (typeof callback === "function" && wrap !== undefined) loop.makeCallback(wrap, callback as () => void, port);
    });
  }

  #schedule(state: PortState): void {
    if (state.scheduled) return;
    state.scheduled = true;
    // Whether a message keeps the loop alive is the port's decision, not the message's.
    this.#guest.loop.post(() => {
      state.scheduled = false;
      this.#process(state, false);
    }, false);
    this.#guest.loop.addHandle(state.handle);
  }

  #process(state: PortState, force: boolean): void {
    const limit = MathMax(state.queue.length, MESSAGES_PER_TURN);
    for (let count = 0; count < limit; count++) {
      const next = firstOf(state.queue);
      if (next === undefined || state.port === undefined) return;
      if (next !== "close" && !state.started && !force) return;
      ArrayPrototypeShift(state.queue);
      if (next === "close") this.close(state);
      else this.#emit(state.port, next);
    }
    if (state.queue.length > 0) this.#schedule(state);
  }

  #emit(port: object, message: Message): void {
    let type = "message";
    let value: unknown;
    let ports: object[] = [];
    try {
      ({ value, ports } = this.messages.read(message));
    } catch (error) {
      type = "messageerror";
      value = error;
    }
    const wrap = this.#guest.wraps.wrapOf(port);
    const emitMessage = this.#guest.perContext["emitMessage"] as Emit;
    if (wrap !== undefined) this.#guest.loop.makeCallback(wrap, emitMessage, port, value, ports, type);
  }
}

// The first index of an empty array would be looked up on a prototype.
function firstOf<Item>(items: readonly Item[]): Item | undefined {
  return items.length > 0 ? items[0] : undefined;
}
