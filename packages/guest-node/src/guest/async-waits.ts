import type { NativeHelper } from "../native/native-helper.ts";
import type { EventLoop } from "./event-loop.ts";
import type { ThreadMemory } from "./messaging/thread-memory.ts";
import { ArrayPrototypePush, removeAt } from "./past-prototypes.ts";
import {
  MapPrototypeDelete,
  MapPrototypeGet,
  MapPrototypeGetSize,
  MapPrototypeSet,
  MathMax,
  MathMin,
  MathTrunc,
  SymbolToPrimitive,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset,
  TypedArrayPrototypeGetLength,
} from "./primordial.ts";
import { type Answer, replaceMethod } from "./stand-ins.ts";

/** The waits of `Atomics.waitAsync` in this guest, in whose memory no other agent writes. */
export interface AsyncWaits {
  /** Puts `waitAsync` and `notify` in the stead of a context's own. */
  adopt(atomics: object): void;
  /** The library's memory has been changed by another thread: whoever waits for that goes on. */
  wake(memory: SharedArrayBuffer): void;
  /** When the next of them times out, on the loop's clock; `Infinity`: never. */
  dueAt(): number;
  /** Ends those whose time has come. */
  endDue(): void;
}

interface Waiter {
  readonly place: Place;
  readonly byte: number;
  readonly dueAt: number;
  readonly settle: (result: string) => void;
  waits: boolean;
}

/** Those who wait on one piece of shared memory, by the index of their byte; first come, first served. */
interface Place {
  readonly memory: ArrayBufferLike;
  readonly waiters: Map<number, Waiter[]>;
}

interface WaitResult {
  async: boolean;
  value: unknown;
}

interface Waiting {
  wait(array: unknown, index: unknown, value: unknown, timeout: unknown): string;
  waitAsync(array: unknown, index: unknown, value: unknown, timeout: unknown): WaitResult;
  notify(array: unknown, index: unknown, count: unknown): number;
}

/**
 * V8 would settle these promises in tasks of its own, which isolated-vm runs on a thread of its own, and keeps their
 * time-outs with as many threads as it takes. So V8 checks the arguments and compares, and those who wait are kept here.
 *
 * @param memory the library's own that it shares with threads, where there is any
 */
export function createAsyncWaits(native: NativeHelper, loop: EventLoop, memory?: ThreadMemory): AsyncWaits {
  const list = new WaitList(native, loop);
  return {
    adopt(atomics) {
      const { wait, waitAsync, notify } = answersOf(atomics as Waiting, native, list, memory);
      replaceMethod(native.util, atomics, "waitAsync", waitAsync);
      replaceMethod(native.util, atomics, "notify", notify);
      if (memory !== undefined) replaceMethod(native.util, atomics, "wait", wait);
    },
    wake: (changed) => void list.wake(new Int32Array(changed), 0, Infinity),
    dueAt: () => list.dueAt,
    endDue: () => list.endDue(),
  };
}

/** V8's own functions ask for no receiver. */
function answersOf(
  { wait, waitAsync, notify }: Waiting,
  native: NativeHelper,
  list: WaitList,
  memory: ThreadMemory | undefined,
): Record<keyof Waiting, Answer> {
  const isShared = (array: unknown) => native.types.isSharedArrayBuffer(bufferOf(array as Int32Array));
  const isLibrarys = (array: unknown): array is Int32Array =>
    native.types.isTypedArray(array) && memory?.isLibrarys(bufferOf(array as Int32Array)) === true;
  return {
    wait(_self: unknown, array: unknown, index: unknown, value: unknown, timeout: unknown) {
      if (memory === undefined || !isLibrarys(array)) return wait(array, index, value, timeout);
      return memory.wait(bufferOf(array) as SharedArrayBuffer, array, index as number, value as number);
    },
    waitAsync(_self: unknown, array: unknown, index: unknown, value: unknown, timeout: unknown) {
      let at = 0;
      let wait = 0;
      const hearIndex = heard(index, (number) => {
        at = number;
        return number;
      });
      const hearTimeout = heard(timeout, (number) => {
        wait = number;
        // With a timeout of 0, V8 keeps nobody waiting.
        return 0;
      });
      const result = waitAsync(array, hearIndex, value, hearTimeout);
      if (result.value !== "timed-out" || wait <= 0) return result;
      result.async = true;
      result.value = list.add(array as Int32Array, at, wait);
      return result;
    },
    notify(_self: unknown, array: unknown, index: unknown, count: unknown) {
      let at = 0;
      let most = Infinity;
      const hearIndex = heard(index, (number) => {
        at = number;
        return number;
      });
      const hearCount = heard(count, (number) => {
        most = MathMax(MathTrunc(number), 0) || 0;
        return number;
      });
      const woken = notify(array, hearIndex, count === undefined ? count : hearCount);
      if (!isShared(array)) return woken;
      if (isLibrarys(array)) memory?.changed(bufferOf(array) as SharedArrayBuffer);
      return woken + list.wake(array as Int32Array, at, most);
    },
  };
}

/** A stand-in for an argument that V8 makes a number of: the program's value is asked once, in its turn. */
function heard(value: unknown, hear: (number: number) => number): object {
  return { [SymbolToPrimitive]: () => hear(+(value as number)) };
}

const PromiseConstructor = Promise;

class WaitList {
  readonly #native: NativeHelper;
  readonly #loop: EventLoop;
  readonly #places: Place[] = [];
  #timed: Waiter[] = [];
  dueAt: number = Infinity;

  constructor(native: NativeHelper, loop: EventLoop) {
    this.#native = native;
    this.#loop = loop;
  }

  add(array: Int32Array, index: number, wait: number): Promise<string> {
    const place = this.#placeOf(array) ?? this.#newPlace(array);
    const byte = byteOf(array, index);
    return new PromiseConstructor((settle) => {
      // A timeout that is no number is none.
      const dueAt = wait < Infinity ? this.#loop.now() + MathMax(1, wait) : Infinity;
      const waiter: Waiter = { place, byte, dueAt, settle, waits: true };
      const waiters = MapPrototypeGet(place.waiters, byte);
      if (waiters === undefined) MapPrototypeSet(place.waiters, byte, [waiter]);
      else ArrayPrototypePush(waiters, waiter);
      if (dueAt < Infinity) ArrayPrototypePush(this.#timed, waiter);
      this.dueAt = MathMin(this.dueAt, dueAt);
    });
  }

  wake(array: Int32Array, index: number, most: number): number {
    const place = this.#placeOf(array);
    const byte = byteOf(array, index);
    const waiters = place === undefined ? undefined : MapPrototypeGet(place.waiters, byte);
    if (place === undefined || waiters === undefined) return 0;
    const rest: Waiter[] = [];
    let woken = 0;
    for (let at = 0; at < waiters.length; at++) {
      const waiter = waiters[at] as Waiter;
      if (woken >= most) ArrayPrototypePush(rest, waiter);
      else {
        woken++;
        this.#end(waiter, "ok");
      }
    }
    this.#keep(place, byte, rest);
    return woken;
  }

  endDue(): void {
    const now = this.#loop.now();
    if (now < this.dueAt) return;
    const timed = this.#timed;
    this.#timed = [];
    this.dueAt = Infinity;
    for (let at = 0; at < timed.length; at++) {
      const waiter = timed[at] as Waiter;
      if (!waiter.waits) continue;
      if (waiter.dueAt <= now) this.#timeOut(waiter);
      else {
        ArrayPrototypePush(this.#timed, waiter);
        this.dueAt = MathMin(this.dueAt, waiter.dueAt);
      }
    }
  }

  #timeOut(waiter: Waiter): void {
    this.#end(waiter, "timed-out");
    const { place, byte } = waiter;
    const waiters = MapPrototypeGet(place.waiters, byte) ?? [];
    for (let at = 0; at < waiters.length; at++) if (waiters[at] === waiter) removeAt(waiters, at);
    this.#keep(place, byte, waiters);
  }

  /** Its promise settles in a task, as V8's would: after all that is under way now. */
  #end(waiter: Waiter, result: string): void {
    waiter.waits = false;
    this.#loop.task(() => waiter.settle(result));
  }

  #keep(place: Place, byte: number, waiters: Waiter[]): void {
    if (waiters.length > 0) MapPrototypeSet(place.waiters, byte, waiters);
    else MapPrototypeDelete(place.waiters, byte);
    if (MapPrototypeGetSize(place.waiters) > 0) return;
    for (let at = 0; at < this.#places.length; at++) if (this.#places[at] === place) removeAt(this.#places, at);
  }

  /** Several buffers may be of the same memory: one that was sent through a port is. */
  #placeOf(array: Int32Array): Place | undefined {
    const memory = bufferOf(array);
    for (let at = 0; at < this.#places.length; at++) {
      const place = this.#places[at] as Place;
      if (place.memory === memory || this.#native.util.isSameSharedMemory(place.memory, memory)) return place;
    }
    return undefined;
  }

  #newPlace(array: Int32Array): Place {
    const place: Place = { memory: bufferOf(array), waiters: new MapConstructor() };
    ArrayPrototypePush(this.#places, place);
    return place;
  }
}

const MapConstructor = Map;

/** Both kinds of array that can be waited on are integers of one size each. */
type AnyArray = Int32Array & Uint8Array;

function bufferOf(array: Int32Array): ArrayBufferLike {
  return TypedArrayPrototypeGetBuffer(array as AnyArray);
}

function byteOf(array: Int32Array, index: number): number {
  const bytes = array as AnyArray;
  const size = TypedArrayPrototypeGetByteLength(bytes) / TypedArrayPrototypeGetLength(bytes);
  return TypedArrayPrototypeGetByteOffset(bytes) + (MathTrunc(index) || 0) * size;
}
