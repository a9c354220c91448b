import type { Binding, Guest } from "../guest.ts";
import { ArrayPrototypePush, ObjectDefineProperty, setOwn } from "../past-prototypes.ts";
import { ObjectKeys, ReflectApply } from "../primordial.ts";
import { descriptorCalls } from "../wasi/descriptor-calls.ts";
import { pathCalls } from "../wasi/path-calls.ts";
import { processCalls } from "../wasi/process-calls.ts";
import type { WasiCall, WasiCalls } from "../wasi/wasi-calls.ts";
import { EINVAL, EOVERFLOW } from "../wasi/wasi-constants.table.ts";
import { WasiFailure, WasiWorld } from "../wasi/wasi-world.ts";
import { MemoryGetBuffer } from "../wasm/web-assembly-calls.ts";

/** WASI preview 1, over the guest's own files, streams and clocks. */
export function wasiBinding(guest: Guest): Binding {
  class WASI {
    readonly #world: WasiWorld;

    constructor(
      args: readonly string[],
      env: readonly string[],
      preopens: readonly string[],
      stdio: readonly number[],
    ) {
      this.#world = new WasiWorld(guest, args, env);
      for (let number = 0; number < 3; number++) this.#world.addStandard(number, stdio[number] as number);
      for (let index = 0; index + 1 < preopens.length; index += 2) {
        this.#world.addDirectory(preopens[index] as string, preopens[index + 1] as string);
      }
    }

    _setMemory(memory: unknown): void {
      try {
        MemoryGetBuffer(memory as WebAssembly.Memory);
      } catch {
        const message = '"instance.exports.memory" property must be a WebAssembly.Memory object';
        throw guest.errors.coded("TypeError", "ERR_INVALID_ARG_TYPE", message);
      }
      this.#world.setMemory(memory as WebAssembly.Memory);
    }

    static call(wasi: WASI, { takes, run }: WasiCall, args: readonly unknown[]): number {
      const { memory } = wasi.#world;
      if (memory === undefined) {
        throw guest.errors.coded("Error", "ERR_WASI_NOT_STARTED", "wasi.start() has not been called");
      }
      const given: unknown[] = [wasi.#world, memory];
      for (let index = 0; index < takes.length; index++) {
        const value = args[index];
        if (typeof value !== (takes[index] === "I" ? "bigint" : "number")) return EINVAL;
        ArrayPrototypePush(given, typeof value === "number" ? value >>> 0 : value);
      }
      try {
        return ReflectApply(run, undefined, given) as number;
      } catch (error) {
        // What is not a failure of a call is an address outside of the program's memory.
        return WasiFailure.errnoOf(error) ?? EOVERFLOW;
      }
    }
  }

  addCalls(WASI.prototype, WASI.call, processCalls);
  addCalls(WASI.prototype, WASI.call, descriptorCalls);
  addCalls(WASI.prototype, WASI.call, pathCalls);
  ObjectDefineProperty(WASI.prototype, "_setMemory", { enumerable: true });
  return { __proto__: null, WASI };
}

type Call<Wasi> = (wasi: Wasi, call: WasiCall, args: readonly unknown[]) => number;

function addCalls<Wasi extends object>(prototype: Wasi, call: Call<Wasi>, calls: WasiCalls): void {
  const names = ObjectKeys(calls);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const one = calls[name] as WasiCall;
    const { method } = {
      method(this: Wasi, ...args: unknown[]): number {
        return call(this, one, args);
      },
    };
    ObjectDefineProperty(method, "name", { value: name });
    setOwn(prototype, name, method);
  }
}
