import type { NativeHelper } from "../native/native-helper.ts";
import { freezeTemporal } from "./frozen-temporal.ts";
import { ObjectDefineProperty } from "./past-prototypes.ts";
import {
  MathTrunc,
  ObjectSetPrototypeOf,
  ReflectApply,
  ReflectConstruct,
  ReflectGetOwnPropertyDescriptor,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "./primordial.ts";
import { replaceConstructor, replaceMethod } from "./stand-ins.ts";

type Method = (...args: never[]) => unknown;

/** Whether the clocks of this run stand still, and what that means for a context. */
export interface ClockFreeze {
  /** From here on they do, in every context that is made. */
  begin(global: typeof globalThis, epochMs: number): void;
  /** Freezes a fresh context, before any program has seen it, when they do. */
  adopt(global: typeof globalThis): void;
  /** What Node's library is to capture in the stead of its own, in what it loads from here on. */
  replaceIn(primordials: Record<string, unknown>): Record<string, unknown>;
}

/**
 * V8 reads the time of day past every clock of the kernel's: where clocks stand still, its ways to it are replaced, and
 * memory that could be made into a clock is taken away.
 */
export function createClockFreeze(native: NativeHelper): ClockFreeze {
  let now: number | undefined;
  let ours: DateConstructor | undefined;
  const adopt = (global: typeof globalThis): void => {
    if (now === undefined) return;
    const realm = new FrozenRealm(native, global, now);
    realm.freeze();
    ours ??= global.Date;
  };
  return {
    adopt,
    begin(global, epochMs) {
      now = MathTrunc(epochMs);
      adopt(global);
    },
    replaceIn(primordials) {
      if (ours === undefined) return primordials;
      const replaced = { Date: ours, DateNow: ours.now };
      return ObjectSetPrototypeOf(replaced, primordials) as Record<string, unknown>;
    },
  };
}

class FrozenRealm {
  readonly #native: NativeHelper;
  readonly #util: NativeHelper["util"];
  readonly #global: typeof globalThis;
  readonly #now: number;

  constructor(native: NativeHelper, global: typeof globalThis, now: number) {
    this.#native = native;
    this.#util = native.util;
    this.#global = global;
    this.#now = now;
  }

  freeze(): void {
    this.#freezeDate();
    this.#freezeFormats();
    freezeTemporal(this.#global as object, this.#now, (target, name, answer) =>
      replaceMethod(this.#util, target, name, answer),
    );
    this.#takeSharedMemory();
  }

  #freezeDate(): void {
    const Original = this.#global.Date;
    const now = this.#now;
    const toText = Original.prototype.toString;
    replaceConstructor(this.#util, this.#global, "Date", (newTarget: Function | undefined, ...args: unknown[]) => {
      if (newTarget === undefined) return ReflectApply(toText, new Original(now), []);
      return ReflectConstruct(Original, args.length === 0 ? [now] : args, newTarget);
    });
    replaceMethod(this.#util, this.#global.Date, "now", () => now);
  }

  /** A format of no particular time is one of the time of day. */
  #freezeFormats(): void {
    const util = this.#util;
    const { prototype } = this.#global.Intl.DateTimeFormat;
    const timeOf = (date: unknown): unknown => (date === undefined ? this.#now : date);
    const toParts = prototype.formatToParts as Method;
    replaceMethod(util, prototype, "formatToParts", (self: unknown, date: unknown) =>
      ReflectApply(toParts, self, [timeOf(date)]),
    );
    const { get } = ReflectGetOwnPropertyDescriptor(prototype, "format") as { get: Method };
    const bound = new WeakMap<object, Function>();
    const format = util.replace(get, (self: unknown) => {
      const original = ReflectApply(get, self, []) as Method;
      const known = WeakMapPrototypeGet(bound, original);
      if (known !== undefined) return known;
      const made = util.replace(original, (_self, date: unknown) => ReflectApply(original, undefined, [timeOf(date)]));
      WeakMapPrototypeSet(bound, original, made);
      return made;
    });
    ObjectDefineProperty(prototype, "format", { get: format as () => unknown });
  }

  /** Memory of which one agent could make a clock for another. */
  #takeSharedMemory(): void {
    const global = this.#global as { SharedArrayBuffer?: SharedArrayBufferConstructor; WebAssembly?: object };
    delete global.SharedArrayBuffer;
    const WebAssembly = global.WebAssembly as { Memory: Function & { prototype: object } } | undefined;
    if (WebAssembly === undefined) return;
    const { Memory } = WebAssembly;
    const util = this.#util;
    const { get } = ReflectGetOwnPropertyDescriptor(Memory.prototype, "buffer") as { get: Method };
    const unshared = (buffer: unknown): unknown => {
      if (this.#native.types.isSharedArrayBuffer(buffer))
        throw new TypeError("Shared memory is not available while clocks stand still");
      return buffer;
    };
    replaceConstructor(util, WebAssembly, "Memory", (newTarget: Function | undefined, ...args: unknown[]) => {
      if (newTarget === undefined) throw new TypeError("WebAssembly.Memory must be invoked with 'new'");
      const memory = ReflectConstruct(Memory, args, newTarget) as object;
      unshared(ReflectApply(get, memory, []));
      return memory;
    });
    const buffer = util.replace(get, (self: unknown) => unshared(ReflectApply(get, self, [])));
    ObjectDefineProperty(Memory.prototype, "buffer", { get: buffer as () => unknown });
    const { prototype } = Memory as { prototype: Record<string, Method | undefined> };
    for (let index = 0; index < BUFFER_METHODS.length; index++) {
      const name = BUFFER_METHODS[index] as string;
      const original = prototype[name];
      if (original === undefined) continue;
      replaceMethod(util, prototype, name, (self: unknown, ...args: unknown[]) =>
        unshared(ReflectApply(original, self, args as never)),
      );
    }
  }
}

/** Other ways to a memory's buffer, where V8 has them. */
const BUFFER_METHODS = ["toFixedLengthBuffer", "toResizableBuffer"] as const;
