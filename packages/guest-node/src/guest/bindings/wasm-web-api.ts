import { bytesOf } from "../bytes.ts";
import type { Binding } from "../guest.ts";
import {
  ArrayPrototypePush,
  ObjectDefineProperty,
  PromisePrototypeThen,
  resolvedPromise,
  TypedArrayPrototypeSlice,
} from "../past-prototypes.ts";
import { globalObject, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet } from "../primordial.ts";

/** What Node's library drives while it reads a response. */
interface WasmStreaming {
  setURL(url: string): void;
  push(chunk: ArrayBufferView | ArrayBuffer): void;
  finish(): void;
  abort(error: unknown): void;
}

type Implementation = (state: WasmStreaming, source: unknown) => void;
type Settle = (value: unknown) => void;

/** `WebAssembly.compileStreaming` and `instantiateStreaming`: V8 has them where its embedder can read a response. */
export function wasmWebApiBinding(): Binding {
  return {
    __proto__: null,
    setImplementation(implementation: Implementation) {
      const { WebAssembly } = globalObject;
      const Module = WebAssembly.Module as new (bytes: unknown) => WebAssembly.Module;
      const { Instance } = WebAssembly;
      const compile = (source: unknown, use: (module: WebAssembly.Module) => unknown): Promise<unknown> =>
        new Promise((resolve, reject) => {
          const read = (bytes: Uint8Array): unknown => use(new Module(bytes));
          PromisePrototypeThen(resolvedPromise(), () => implementation(collector(read, resolve, reject), source));
        });
      const streaming = {
        compileStreaming(source: unknown): Promise<unknown> {
          return compile(source, (module) => module);
        },
        instantiateStreaming(source: unknown, imports?: WebAssembly.Imports): Promise<unknown> {
          return compile(source, (module) => ({ module, instance: new Instance(module, imports) }));
        },
      };
      offer(WebAssembly, "compileStreaming", streaming.compileStreaming);
      offer(WebAssembly, "instantiateStreaming", streaming.instantiateStreaming);
    },
  };
}

function offer(WebAssembly: object, name: string, value: (...args: never[]) => unknown): void {
  ObjectDefineProperty(value, "length", { value: 1, configurable: true });
  ObjectDefineProperty(WebAssembly, name, { value, writable: true, enumerable: true, configurable: true });
}

/** Keeps what comes until it is all there: it is compiled at once, on this thread. */
function collector(read: (bytes: Uint8Array) => unknown, resolve: Settle, reject: Settle): WasmStreaming {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    setURL() {},
    push(chunk) {
      const bytes = TypedArrayPrototypeSlice(bytesOf(chunk));
      length += TypedArrayPrototypeGetLength(bytes);
      ArrayPrototypePush(chunks, bytes);
    },
    finish() {
      try {
        resolve(read(joined(chunks, length)));
      } catch (error) {
        reject(error);
      }
    },
    abort: reject,
  };
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let offset = 0;
  for (let index = 0; index < chunks.length; index++) {
    const chunk = chunks[index] as Uint8Array;
    TypedArrayPrototypeSet(all, chunk, offset);
    offset += TypedArrayPrototypeGetLength(chunk);
  }
  return all;
}
