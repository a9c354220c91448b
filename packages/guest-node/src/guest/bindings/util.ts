import type { NativeCallSite } from "../../native/native-helper.ts";
import { parseEnvironmentFile } from "../environment-file.ts";
import type { Binding, Guest } from "../guest.ts";
import { GUEST_SCRIPT } from "../guest-script.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { WeakRefPrototypeDeref } from "../primordial.ts";

/** `fs.handleType` → the index that Node's `guessHandleType` expects. */
const HANDLE_TYPES = [3, 4, 1, 5, 6] as const;
const UNKNOWN_HANDLE = 5;

export function utilBinding(guest: Guest): Binding {
  const { util } = guest.native;
  const load = (id: string): unknown => guest.library.require(id);
  return {
    __proto__: null,
    constants: guest.tables.utilConstants,
    privateSymbols: guest.privateSymbols,
    shouldAbortOnUncaughtToggle: new Uint32Array(1),
    getPromiseDetails: util.getPromiseDetails,
    getProxyDetails: util.getProxyDetails,
    getCallerLocation: util.getCallerLocation,
    isConstructor: util.isConstructor,
    previewEntries: util.previewEntries,
    getOwnNonIndexProperties: util.getOwnNonIndexProperties,
    getConstructorName: util.getConstructorName,
    getExternalValue: util.getExternalValue,
    getCallSites: (frames: number) => callSites(util.getCallSites, frames),
    isInsideNodeModules: util.isInsideNodeModules,
    arrayBufferViewHasBuffer: util.arrayBufferViewHasBuffer,
    isArrayBufferDetached: util.isArrayBufferDetached,
    markPromiseAsHandled: util.markPromiseAsHandled,
    WeakReference: createWeakReference(),
    defineLazyProperties(target: object, id: string, keys: readonly string[], enumerable = true) {
      util.defineLazyProperties(target, id, keys, enumerable, load);
    },
    sleep(milliseconds: number) {
      guest.calls.sync("clock.sleep", milliseconds);
    },
    parseEnv: parseEnvironmentFile,
    constructSharedArrayBuffer: (length: number) => guest.threadMemory.create(length),
    guessHandleType(fd: number) {
      return HANDLE_TYPES[guest.calls.sync("fs.handleType", fd) as number] ?? UNKNOWN_HANDLE;
    },
  };
}

const MOST_FRAMES = 200;

/** Frames of the program and of Node's library: ours are left out, and so is the caller, the library's function. */
function callSites(read: (frames: number) => NativeCallSite[], frames: number): NativeCallSite[] {
  const all = read(MOST_FRAMES);
  const shown: NativeCallSite[] = [];
  let isCaller = true;
  for (let index = 0; index < all.length && shown.length < frames; index++) {
    const site = all[index];
    if (site === undefined || site.scriptName === GUEST_SCRIPT) continue;
    if (!isCaller) ArrayPrototypePush(shown, site);
    isCaller = false;
  }
  return shown;
}

/** A weak reference that can be made strong for a while, as `diagnostics_channel` wants it. */
function createWeakReference(): unknown {
  return class WeakReference {
    readonly #weak: WeakRef<object>;
    #strong: object | undefined;
    #count = 0;

    constructor(target: object) {
      this.#weak = new WeakRef(target);
    }

    get(): object | undefined {
      return WeakRefPrototypeDeref(this.#weak);
    }

    incRef(): void {
      this.#count++;
      if (this.#count === 1) this.#strong = WeakRefPrototypeDeref(this.#weak);
    }

    decRef(): void {
      this.#count--;
      if (this.#count === 0) this.#strong = undefined;
      void this.#strong;
    }
  };
}
