import type { Guest } from "../guest.ts";
import { type LockKeeper, LockTable } from "../locks/lock-table.ts";
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
import { onDirectory } from "../workers/directory.ts";
import { type Message, Messages } from "./message.ts";
import { createPortHome, oneByOne, type PortHome, type PortMethods } from "./port-home.ts";
import type { PortMover } from "./port-mover.ts";
import { createPortState, type PortItem, type PortState } from "./port-state.ts";
import { assertTravels } from "./sent-message.ts";
import type { ThreadLink } from "./thread-link.ts";

type Emit = (this: object, data: unknown, ports: object[], type: string) => void;

const MESSAGES_PER_TURN = 1000;

/** All message ports of one thread of a guest: an end of a channel that is in another one is reached over a link. */
export class PortHub implements PortMover {
  readonly messages: Messages;
  /** The locks of the guest and its threads: the main thread has them, any other asks whoever has started it. */
  locks: LockKeeper = new LockTable();
  /** The prototype of new ports; set once their class is there. */
  portPrototype: object | null = null;
  /** What its methods are; set with it. */
  portMethods: PortMethods | undefined;
  readonly #guest: Guest;
  readonly #homes: WeakMap<object, PortHome> = new WeakMap();
  // Of a detached port nothing is left but that it was one.
  readonly #states: WeakMap<object, PortState | undefined> = new WeakMap();
  readonly #known: WeakMap<object, true> = new WeakMap();
  /** Of a port that is being closed: whether it kept the loop alive. */
  readonly #closing: WeakMap<object, boolean | undefined> = new WeakMap();
  readonly #groups: Map<string, PortState[]> = new Map();
  readonly #links: ThreadLink[] = [];
  #directoryCounter: Uint32Array | undefined;

  constructor(guest: Guest) {
    this.#guest = guest;
    this.messages = new Messages(guest, this);
    onDirectory(guest, (path) => this.changeDirectory(path));
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

  /** Whether it keeps the loop alive; one that is being closed goes on to say what it did. */
  hasRef(port: object): boolean | undefined {
    return this.stateOf(port)?.handle.ref ?? WeakMapPrototypeGet(this.#closing, port);
  }

  /** Whether it is to keep the loop alive; of one that is being closed, what it is to say. */
  keep(port: object, ref: boolean): void {
    const state = this.stateOf(port);
    if (state !== undefined) state.handle.ref = ref;
    else if (WeakMapPrototypeGet(this.#closing, port) !== undefined) WeakMapPrototypeSet(this.#closing, port, ref);
  }

  release(port: object): PortState {
    const state = this.stateOf(port) as PortState;
    this.#detach(port, state);
    return state;
  }

  adopt(moved: unknown, home: PortHome | undefined): object {
    const state = moved as PortState;
    state.home = home;
    return this.createPort(state);
  }

  /**
   * Gives the end of a channel an object of another context, in the stead of the one that it has.
   *
   * @throws `ERR_CLOSED_MESSAGE_PORT`
   */
  moveTo(contextified: object, port: object): object {
    if (this.stateOf(port) === undefined) {
      const text = "Cannot send data on closed MessagePort";
      throw this.#guest.errors.coded("Error", "ERR_CLOSED_MESSAGE_PORT", text);
    }
    const methods = this.portMethods as PortMethods;
    const home = WeakMapPrototypeGet(this.#homes, contextified) ?? createPortHome(this.#guest, contextified, methods);
    WeakMapPrototypeSet(this.#homes, contextified, home);
    return this.adopt(this.release(port), home);
  }

  createPort(state: PortState): object {
    const { privateSymbols, symbols, wraps, loop } = this.#guest;
    const port = ObjectCreate(state.home?.prototype ?? this.portPrototype) as Record<symbol, unknown>;
    state.port = port;
    state.handle.active = true;
    // Who hears that it is there hears it before it keeps anything alive.
    state.handle.ref = false;
    WeakMapPrototypeSet(this.#states, port, state);
    WeakMapPrototypeSet(this.#known, port, true);
    port[privateSymbols["transfer_mode_private_symbol"] as symbol] = 1;
    wraps.adopt(port, "MESSAGEPORT");
    state.handle.ref = true;
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
    return { value: this.messages.read(next, state.home).value };
  }

  post(port: object, value: unknown, transfer: readonly unknown[]): boolean | undefined {
    const state = this.stateOf(port);
    const target = state?.broadcasts === false ? firstOf(state.peers)?.port : undefined;
    const targetIsSent = target !== undefined && ArrayPrototypeIncludes(transfer, target);
    const message = this.messages.write(value, transfer, port);
    if (state === undefined) return undefined;
    if (this.#goesAway(state)) assertTravels(message, this.#guest.threadMemory);
    if (targetIsSent) {
      const emitWarning = this.#guest.process["emitWarning"] as (message: string) => void;
      emitWarning("The target port was posted to itself, and the communication channel was lost");
      this.close(state);
      return true;
    }
    for (let index = 0; index < state.peers.length; index++) {
      this.#hand(state.peers[index] as PortState, message);
    }
    if (state.group !== undefined) this.#broadcast(state.group, message, undefined);
    return true;
  }

  /** A message has come for all others from this end, which has moved to another thread. */
  give(from: PortState, message: Message): void {
    for (let index = 0; index < from.peers.length; index++) this.#hand(from.peers[index] as PortState, message);
  }

  /** Hands on what an end that has moved away was given before that. */
  pass(state: PortState): void {
    const { forward } = state;
    for (let next = firstOf(state.queue); next !== undefined && forward !== undefined; next = firstOf(state.queue)) {
      ArrayPrototypeShift(state.queue);
      forward(next);
    }
  }

  addLink(link: ThreadLink): void {
    ArrayPrototypePush(this.#links, link);
  }

  removeLink(link: ThreadLink): void {
    const index = ArrayPrototypeIndexOf(this.#links, link);
    if (index >= 0) removeAt(this.#links, index);
  }

  /** A message to a group has come from another thread: those here hear it, and the threads behind them. */
  broadcasted(name: string, message: Message, from: ThreadLink): void {
    const group = MapPrototypeGet(this.#groups, name) ?? [];
    for (let index = 0; index < group.length; index++) {
      const state = group[index] as PortState;
      if (!state.closed) this.#hand(state, message);
    }
    this.#broadcast(name, message, from);
  }

  /** The working directory has changed in the thread that has started this one, or, without it, here. */
  changeDirectory(path: string, from?: ThreadLink): void {
    if (from !== undefined) this.#guest.calls.sync("process.chdir", path);
    const counter = this.#directoryCounter;
    // By this the library's `process.cwd()` knows that it has to ask again.
    if (counter !== undefined) counter[0] = (counter[0] ?? 0) + 1;
    for (let index = 0; index < this.#links.length; index++) {
      const link = this.#links[index] as ThreadLink;
      if (link !== from) link.tellDirectory(path);
    }
  }

  /** The message by which a thread is begun brings the counter. */
  keepDirectoryCounter({ content }: Message): void {
    const memory = content.sharedArrayBuffers.length > 0 ? content.sharedArrayBuffers[0] : undefined;
    if (memory !== undefined) this.#directoryCounter ??= new Uint32Array(memory);
  }

  #broadcast(name: string, message: Message, from: ThreadLink | undefined): void {
    for (let index = 0; index < this.#links.length; index++) {
      const link = this.#links[index] as ThreadLink;
      if (link !== from) link.broadcast(name, message);
    }
  }

  #hand(to: PortState, item: PortItem): void {
    if (to.forward !== undefined && to.queue.length === 0) {
      to.forward(item);
      return;
    }
    ArrayPrototypePush(to.queue, item);
    this.#schedule(to);
  }

  /** Whether what is posted there leaves this thread. */
  #goesAway({ peers, group }: PortState): boolean {
    return (group !== undefined && this.#links.length > 0) || firstOf(peers)?.forward !== undefined;
  }

  close(state: PortState): void {
    if (state.closed) return;
    state.closed = true;
    for (let index = 0; index < state.peers.length; index++) {
      const peer = state.peers[index] as PortState;
      const mine = ArrayPrototypeIndexOf(peer.peers, state);
      if (mine >= 0) removeAt(peer.peers, mine);
      if (state.broadcasts) continue;
      this.#hand(peer, "close");
    }
    state.peers = [];
    if (state.port !== undefined) this.#detach(state.port, state);
  }

  /** A port that reaches all others of the same name. */
  broadcast(name: string): object {
    const group = MapPrototypeGet(this.#groups, name) ?? [];
    MapPrototypeSet(this.#groups, name, group);
    const state = createPortState(true);
    state.group = name;
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
    WeakMapPrototypeSet(this.#closing, port, state.handle.ref);
    const { loop, symbols, wraps } = this.#guest;
    loop.close(() => {
      WeakMapPrototypeSet(this.#closing, port, undefined);
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
    if (state.forward !== undefined) {
      this.pass(state);
      return;
    }
    const { port } = state;
    if (port === undefined) return;
    const limit = MathMax(state.queue.length, MESSAGES_PER_TURN);
    for (let count = 0; count < limit; count++) {
      const next = firstOf(state.queue);
      if (next === undefined) return;
      // Whoever closes it while it hears what has come hears the rest of that, too.
      if (!state.closed) {
        if (state.port !== port) return;
        if (next !== "close" && !state.started && !force) return;
      }
      ArrayPrototypeShift(state.queue);
      if (next === "close") this.close(state);
      else this.#emit(port, next, state.home);
    }
    if (state.queue.length > 0) this.#schedule(state);
  }

  #emit(port: object, message: Message, home: PortHome | undefined): void {
    let type = "message";
    let value: unknown;
    let ports: object[] = [];
    try {
      ({ value, ports } = this.messages.read(message, home));
    } catch (error) {
      type = "messageerror";
      value = error;
    }
    const wrap = this.#guest.wraps.wrapOf(port);
    const emitMessage = this.#guest.perContext["emitMessage"] as Emit;
    const { loop } = this.#guest;
    if (wrap === undefined) return;
    if (home === undefined) loop.makeCallback(wrap, emitMessage, port, value, ports, type);
    else loop.makeCallback(wrap, home.emit, port, value, oneByOne(ports), type);
  }
}

// The first index of an empty array would be looked up on a prototype.
function firstOf<Item>(items: readonly Item[]): Item | undefined {
  return items.length > 0 ? items[0] : undefined;
}
