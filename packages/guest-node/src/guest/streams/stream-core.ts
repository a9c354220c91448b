import type { AsyncWrap } from "../async-wraps.ts";
import type { Guest } from "../guest.ts";
import type { LoopHandle } from "../loop-state.ts";
import { createOwnQueue, type OwnQueue } from "../own-queue.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import {
  ArrayPrototypePop,
  ReflectApply,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetLength,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "../primordial.ts";
import { ARRAY_BUFFER_OFFSET, READ_BYTES_OR_ERROR } from "./stream-base-state.ts";
import type { Arrival, StreamEnd } from "./stream-end.ts";
import type { PumpSource } from "./stream-pump.ts";
import { emitIntoBuffer } from "./user-buffer.ts";

/** Takes what is read in the stead of the handle's `onread`. */
export type StreamListener = (arrival: Arrival) => void;

/** One stream of a guest. */
export interface StreamState {
  wrap: AsyncWrap;
  readonly loop: LoopHandle;
  readonly isCounted: boolean;
  /** What is behind it, once it is open or connected. */
  end: StreamEnd | undefined;
  reading: boolean;
  /** Whether a read is on its way. */
  asking: boolean;
  closed: boolean;
  /** What keeps the loop alive beside reading: writes that wait, a connection that is being made, a listener. */
  busy: number;
  bytesRead: number;
  bytesWritten: number;
  /** What of that has not been taken yet. */
  bytesQueued: number;
  /** What arrived while nobody was reading. */
  readonly arrived: OwnQueue<Arrival>;
  /** Takes the arrival of the read that is on its way in the stead of the handle. */
  diverted: StreamListener | undefined;
  /** Whether why the last arrival failed has been told in another way, by {@link StreamCore.onFailure}. */
  listener: StreamListener | undefined;
  /** The handle that is laid over it, which whoever reads this one reads. */
  over: object | undefined;
  /** Where the program wants what is read. */
  userBuffer: Uint8Array | undefined;
  /** What did not fit into that, and was not wanted yet. */
  left: Uint8Array<ArrayBuffer> | undefined;
}

/** A handle that another reads of. */
export interface Diverted<End extends StreamEnd> {
  readonly source: PumpSource;
  /** What is behind it now. */
  readonly end: End;
  /** Puts back what was there. Nothing may have been asked of the source. */
  readonly restore: () => void;
}

/** What `process.getActiveResourcesInfo` calls a handle, by its provider. */
const resourceNames: Readonly<Record<string, string>> = {
  __proto__: null as never,
  PIPEWRAP: "PipeWrap",
  TCPSERVERWRAP: "TCPServerWrap",
  TCPWRAP: "TCPSocketWrap",
  TTYWRAP: "TTYWrap",
};

type OnRead = (this: object, buffer: ArrayBuffer | undefined) => unknown;

/** What the streams of one guest share. */
export class StreamCore {
  readonly guest: Guest;
  readonly streamBaseState: Int32Array = new Int32Array(5);
  /** Answers whether it has told the owner of a handle why nothing more can be read, by itself. */
  onFailure: (handle: object, status: number, reason: string) => boolean = () => false;
  /** The handle that another guest has given first over a channel. */
  takeGiven: (channel: number) => object | undefined = () => undefined;
  readonly #closing: (() => void)[] = [];
  readonly #states: WeakMap<object, StreamState> = new WeakMap();

  constructor(guest: Guest) {
    this.guest = guest;
  }

  /** `isCounted`: whether it keeps the loop alive by itself. */
  register(handle: object, provider: string, isCounted: boolean): void {
    const name = resourceNames[provider] ?? provider;
    const loop: LoopHandle = { name, active: false, ref: true, listed: false, object: handle };
    if (isCounted) this.guest.loop.open(loop);
    WeakMapPrototypeSet(this.#states, handle, {
      wrap: this.guest.wraps.adopt(handle, provider),
      loop,
      isCounted,
      end: undefined,
      reading: false,
      asking: false,
      closed: false,
      busy: 0,
      bytesRead: 0,
      bytesWritten: 0,
      bytesQueued: 0,
      arrived: createOwnQueue<Arrival>(),
      diverted: undefined,
      listener: undefined,
      over: undefined,
      userBuffer: undefined,
      left: undefined,
    });
  }

  /** The state of a handle. Throws for any other object. */
  stateOf(handle: object): StreamState {
    const state = this.find(handle);
    if (state === undefined) throw new TypeError("Illegal invocation");
    return state;
  }

  find(handle: object): StreamState | undefined {
    return WeakMapPrototypeGet(this.#states, handle);
  }

  /** Puts something behind a handle: from here on it reads and writes. */
  attach(handle: object, end: StreamEnd): void {
    const state = this.stateOf(handle);
    state.end = end;
    this.#ask(handle, state);
  }

  /** Keeps the loop alive, or does so no longer: once more for each call. */
  hold(state: StreamState, by: 1 | -1): void {
    state.busy += by;
    this.#weigh(state);
  }

  start(handle: object): void {
    const state = this.stateOf(handle);
    state.reading = true;
    this.#weigh(state);
    if (state.arrived.length > 0 || state.left !== undefined) this.guest.loop.post(() => this.#deliver(handle, state));
    else this.#ask(handle, state);
  }

  stop(handle: object): void {
    const state = this.stateOf(handle);
    state.reading = false;
    this.#weigh(state);
  }

  /** Gives what is read to `listener`; to the handle itself again where there is none. */
  listen(handle: object, listener: StreamListener | undefined): void {
    this.stateOf(handle).listener = listener;
  }

  /**
   * Puts something else behind a handle, made of what was there: what comes of that, from what the handle has not handed over
   * yet, is no longer the handle's. `undefined` of a handle that has nothing behind it, or is closed.
   */
  divert<End extends StreamEnd>(handle: object, replace: (end: StreamEnd) => End): Diverted<End> | undefined {
    const state = this.stateOf(handle);
    const { end } = state;
    if (end === undefined || state.closed) return undefined;
    const early = takeArrived(state);
    let wanted: StreamListener | undefined;
    const takeLate = (arrival: Arrival): void => {
      if (wanted === undefined) early.put(arrival);
      else wanted(arrival);
    };
    state.diverted = state.asking ? takeLate : undefined;
    const replaced = replace(end);
    state.end = replaced;
    const next = (deliver: StreamListener): void => {
      const arrival = early.take();
      if (arrival !== undefined) this.guest.loop.post(() => deliver(arrival));
      else if (state.diverted !== undefined) wanted = deliver;
      else end.read(deliver);
    };
    const restore = (): void => {
      state.end = end;
      if (state.diverted !== undefined) state.diverted = (arrival) => state.arrived.put(arrival);
      for (let arrival = early.take(); arrival !== undefined; arrival = early.take()) state.arrived.put(arrival);
      if (state.reading) this.start(handle);
    };
    return { source: { next }, end: replaced, restore };
  }

  /** Has `over` read in the stead of `handle`, if that is read already, and whenever it is to be read. */
  layOver(handle: object, over: object): void {
    const state = this.stateOf(handle);
    state.over = over;
    if (!state.reading) return;
    this.stop(handle);
    this.start(over);
  }

  close(handle: object, callback: unknown, isReset = false): void {
    const state = this.stateOf(handle);
    if (state.closed) return;
    state.closed = true;
    state.busy = 0;
    this.guest.loop.closed(state.loop);
    this.stop(handle);
    const { end } = state;
    if (isReset && end?.reset !== undefined) end.reset();
    else end?.close();
    ArrayPrototypePush(this.#closing, () => {
      this.guest.wraps.release(state.wrap);
      if (typeof callback === "function") this.guest.loop.makeCallback(state.wrap, callback as () => void, handle);
    });
    // As libuv: what was closed last hears of it first.
    this.guest.loop.close(() => ArrayPrototypePop(this.#closing)?.());
  }

  /** Tells a handle what has been read, as Node's native side does. */
  emit(handle: object, state: StreamState, status: number, buffer: ArrayBuffer | undefined, offset = 0): unknown {
    let answer: unknown;
    const emit = (): void => {
      this.streamBaseState[READ_BYTES_OR_ERROR] = status;
      this.streamBaseState[ARRAY_BUFFER_OFFSET] = offset;
      const { onread } = handle as { readonly onread?: OnRead };
      if (typeof onread === "function") answer = ReflectApply(onread, handle, [buffer]);
    };
    this.guest.loop.makeCallback(state.wrap, emit, handle);
    return answer;
  }

  /** Hands over what has come to a handle whose reader takes it whenever it comes. */
  hand(handle: object, arrival: Arrival): void {
    const state = this.stateOf(handle);
    if (state.closed) return;
    if (typeof arrival !== "number") state.bytesRead += TypedArrayPrototypeGetLength(arrival);
    this.#hand(handle, state, arrival);
  }

  #weigh(state: StreamState): void {
    if (!state.isCounted) return;
    state.loop.active = !state.closed && (state.reading || state.busy > 0);
    if (state.loop.active) this.guest.loop.addHandle(state.loop);
  }

  #ask(handle: object, state: StreamState): void {
    const { end } = state;
    if (end === undefined || state.asking || !state.reading || state.closed) return;
    state.asking = true;
    end.read((arrival, reason) => {
      state.asking = false;
      const { diverted } = state;
      state.diverted = undefined;
      if (diverted !== undefined) {
        diverted(arrival);
        this.#ask(handle, state);
        return;
      }
      if (state.closed) return;
      if (typeof arrival === "number" && this.onFailure(handle, arrival, reason ?? "")) return;
      state.arrived.put(arrival);
      this.#deliver(handle, state);
    });
  }

  #deliver(handle: object, state: StreamState): void {
    while (state.reading && !state.closed) {
      const { left } = state;
      if (left !== undefined) {
        state.left = undefined;
        this.#hand(handle, state, left);
        continue;
      }
      const next = state.arrived.take();
      if (next === undefined) break;
      if (typeof next === "number") {
        state.reading = false;
        this.#weigh(state);
      } else {
        state.bytesRead += TypedArrayPrototypeGetLength(next);
      }
      this.#hand(handle, state, next);
    }
    if (state.left === undefined) this.#ask(handle, state);
  }

  #hand(handle: object, state: StreamState, arrival: Arrival): void {
    if (state.listener !== undefined) state.listener(arrival);
    else if (typeof arrival === "number") this.emit(handle, state, arrival, undefined);
    else if (state.userBuffer !== undefined) emitIntoBuffer(this, handle, state, arrival);
    else {
      const buffer = TypedArrayPrototypeGetBuffer(arrival) as ArrayBuffer;
      this.emit(handle, state, TypedArrayPrototypeGetLength(arrival), buffer);
    }
  }
}

/** What a handle has and has not handed over: it has none of that from here on. */
function takeArrived(state: StreamState): OwnQueue<Arrival> {
  const taken = createOwnQueue<Arrival>();
  if (state.left !== undefined) taken.put(state.left);
  state.left = undefined;
  for (let next = state.arrived.take(); next !== undefined; next = state.arrived.take()) taken.put(next);
  return taken;
}
