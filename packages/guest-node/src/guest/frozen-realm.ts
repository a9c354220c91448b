import type { NativeHelper } from "../native/native-helper.ts";
import { freezeTemporal } from "./frozen-temporal.ts";
import {
  MathTrunc,
  ObjectDefineProperty,
  ObjectSetPrototypeOf,
  ReflectApply,
  ReflectConstruct,
  ReflectGetOwnPropertyDescriptor,
  ReflectGetPrototypeOf,
  ReflectOwnKeys,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "./primordial.ts";

type Method = (...args: never[]) => unknown;
type Answer = (receiver: unknown, args: readonly unknown[]) => unknown;

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
  readonly #global: typeof globalThis;
  readonly #now: number;
  readonly #functionPrototype: object | null;

  constructor(native: NativeHelper, global: typeof globalThis, now: number) {
    this.#native = native;
    this.#global = global;
    this.#now = now;
    this.#functionPrototype = ReflectGetPrototypeOf(global.Date);
  }

  freeze(): void {
    this.#freezeDate();
    this.#freezeFormats();
    freezeTemporal(this.#global as object, this.#now, (target, name, answer) =>
      this.#replaceMethod(target, name, answer),
    );
    this.#takeSharedMemory();
  }

  #freezeDate(): void {
    const Original = this.#global.Date;
    const now = this.#now;
    const toText = Original.prototype.toString;
    this.#replaceConstructor(this.#global, "Date", (newTarget, args) => {
      if (newTarget === undefined) return ReflectApply(toText, new Original(now), []);
      return ReflectConstruct(Original, args.length === 0 ? [now] : args, newTarget as Function);
    });
    this.#replaceMethod(this.#global.Date, "now", () => now);
  }

  /** A format of no particular time is one of the time of day. */
  #freezeFormats(): void {
    const { prototype } = this.#global.Intl.DateTimeFormat;
    const toParts = prototype.formatToParts as Method;
    this.#replaceMethod(prototype, "formatToParts", (self, args) => ReflectApply(toParts, self, [this.#timeOf(args)]));
    const { get } = ReflectGetOwnPropertyDescriptor(prototype, "format") as { get: Method };
    const bound = new WeakMap<object, Function>();
    const format = this.#function("get format", 0, (self) => {
      const original = ReflectApply(get, self, []) as Method;
      const known = WeakMapPrototypeGet(bound, original);
      if (known !== undefined) return known;
      const made = this.#function("", 1, (_self, args) => ReflectApply(original, undefined, [this.#timeOf(args)]));
      WeakMapPrototypeSet(bound, original, made);
      return made;
    });
    ObjectDefineProperty(prototype, "format", { get: format as () => unknown });
  }

  #timeOf(args: readonly unknown[]): unknown {
    const date = args.length === 0 ? undefined : args[0];
    return date === undefined ? this.#now : date;
  }

  /** Memory of which one agent could make a clock for another. */
  #takeSharedMemory(): void {
    const global = this.#global as { SharedArrayBuffer?: SharedArrayBufferConstructor; WebAssembly?: object };
    const { types } = this.#native;
    delete global.SharedArrayBuffer;
    const WebAssembly = global.WebAssembly as { Memory: Function & { prototype: object } } | undefined;
    if (WebAssembly === undefined) return;
    const { Memory } = WebAssembly;
    const { get } = ReflectGetOwnPropertyDescriptor(Memory.prototype, "buffer") as { get: Method };
    const unshared = (buffer: unknown): unknown => {
      if (types.isSharedArrayBuffer(buffer))
        throw new TypeError("Shared memory is not available while clocks stand still");
      return buffer;
    };
    this.#replaceConstructor(WebAssembly, "Memory", (newTarget, args) => {
      if (newTarget === undefined) throw new TypeError("WebAssembly.Memory must be invoked with 'new'");
      const memory = ReflectConstruct(Memory as Function, args, newTarget as Function) as object;
      unshared(ReflectApply(get, memory, []));
      return memory;
    });
    const buffer = this.#function("get buffer", 0, (self) => unshared(ReflectApply(get, self, [])));
    ObjectDefineProperty(Memory.prototype, "buffer", { get: buffer as () => unknown });
    const { prototype } = Memory as { prototype: Record<string, Method | undefined> };
    for (let index = 0; index < BUFFER_METHODS.length; index++) {
      const name = BUFFER_METHODS[index] as string;
      const original = prototype[name];
      if (original !== undefined) {
        this.#replaceMethod(prototype, name, (self, args) => unshared(ReflectApply(original, self, args as never)));
      }
    }
  }

  /** Puts a constructor in the stead of another, with all that it has and with its prototype: no instance leads back to it. */
  #replaceConstructor(holder: object, name: string, answer: Answer): void {
    const descriptor = ReflectGetOwnPropertyDescriptor(holder, name) as { value: Function };
    const original = descriptor.value;
    const replacement = this.#native.util.createNativeFunction(name, original.length, true, answer as never);
    ObjectSetPrototypeOf(replacement, ReflectGetPrototypeOf(original));
    const keys = ReflectOwnKeys(original);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as PropertyKey;
      if (key === "length" || key === "name") continue;
      ObjectDefineProperty(replacement, key, ReflectGetOwnPropertyDescriptor(original, key) as PropertyDescriptor);
    }
    ObjectDefineProperty(original.prototype as object, "constructor", { value: replacement });
    ObjectDefineProperty(holder, name, { value: replacement });
  }

  #replaceMethod(holder: object, name: string, answer: Answer): void {
    const { value } = ReflectGetOwnPropertyDescriptor(holder, name) as { value: Function };
    ObjectDefineProperty(holder, name, { value: this.#function(name, value.length, answer) });
  }

  #function(name: string, length: number, answer: Answer): Function {
    const made = this.#native.util.createNativeFunction(name, length, false, answer as never);
    return ObjectSetPrototypeOf(made, this.#functionPrototype) as Function;
  }
}

/** Other ways to a memory's buffer, where V8 has them. */
const BUFFER_METHODS = ["toFixedLengthBuffer", "toResizableBuffer"] as const;
