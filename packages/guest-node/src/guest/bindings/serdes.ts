import type { NativeDeserializer, NativeSerializer } from "../../native/native-serdes.ts";
import { bytesOf } from "../bytes.ts";
import type { Binding, Guest } from "../guest.ts";
import { ObjectDefineProperty } from "../past-prototypes.ts";
import { ArrayBufferIsView, ReflectApply } from "../primordial.ts";

type Hook = (...args: unknown[]) => unknown;
type Hooked = Readonly<Record<string, unknown>>;

/** V8's serialization format, behind the classes that `node:v8` extends. */
export function serdesBinding(guest: Guest): Binding {
  return { __proto__: null, Serializer: createSerializer(guest), Deserializer: createDeserializer(guest) };
}

// A subclass gives its hooks as methods, and may give them late.
function hookOf(self: object, name: string): Hook | undefined {
  const hook = (self as Hooked)[name];
  return typeof hook === "function" ? (...args) => ReflectApply(hook as Hook, self, args) : undefined;
}

function delegateOf(self: object, names: Readonly<Record<string, string>>, list: readonly string[]): object {
  const delegate = { __proto__: null };
  for (let index = 0; index < list.length; index++) {
    const name = list[index] ?? "";
    ObjectDefineProperty(delegate, name, { get: () => hookOf(self, names[name] ?? "") });
  }
  return delegate;
}

const SERIALIZER_HOOKS = {
  dataCloneError: "_getDataCloneError",
  writeHostObject: "_writeHostObject",
  getSharedArrayBufferId: "_getSharedArrayBufferId",
} as const;

function createSerializer(guest: Guest): unknown {
  const { serdes } = guest.native;
  return class Serializer {
    readonly #native: NativeSerializer;

    constructor() {
      const names = ["dataCloneError", "writeHostObject", "getSharedArrayBufferId"];
      this.#native = serdes.createSerializer(delegateOf(this, SERIALIZER_HOOKS, names));
    }

    writeHeader(): void {
      serdes.writeHeader(this.#native);
    }

    writeValue(value: unknown): boolean {
      return serdes.writeValue(this.#native, value);
    }

    releaseBuffer(): Uint8Array {
      return guest.toBuffer(serdes.releaseBuffer(this.#native));
    }

    transferArrayBuffer(id: number, buffer: ArrayBuffer): void {
      serdes.transferArrayBuffer(this.#native, id, buffer);
    }

    writeUint32(value: number): void {
      serdes.writeUint32(this.#native, value);
    }

    writeUint64(high: number, low: number): void {
      serdes.writeUint64(this.#native, high, low);
    }

    writeDouble(value: number): void {
      serdes.writeDouble(this.#native, value);
    }

    writeRawBytes(bytes: ArrayBufferView): void {
      if (!isBytes(guest, bytes)) throw notBytes(guest, "source");
      serdes.writeRawBytes(this.#native, bytes);
    }

    _setTreatArrayBufferViewsAsHostObjects(mode: boolean): void {
      serdes.setTreatArrayBufferViewsAsHostObjects(this.#native, mode);
    }
  };
}

const DESERIALIZER_HOOKS = {
  readHostObject: "_readHostObject",
  getSharedArrayBuffer: "_getSharedArrayBuffer",
} as const;

function createDeserializer(guest: Guest): unknown {
  const { serdes } = guest.native;
  return class Deserializer {
    readonly #native: NativeDeserializer;

    constructor(buffer: ArrayBufferView) {
      if (!ArrayBufferIsView(buffer)) throw notBytes(guest, "buffer");
      ObjectDefineProperty(this, "buffer", { value: buffer, writable: true, enumerable: true, configurable: true });
      const names = ["readHostObject", "getSharedArrayBuffer"];
      this.#native = serdes.createDeserializer(bytesOf(buffer), delegateOf(this, DESERIALIZER_HOOKS, names));
    }

    readHeader(): boolean {
      return serdes.readHeader(this.#native);
    }

    readValue(): unknown {
      return serdes.readValue(this.#native);
    }

    getWireFormatVersion(): number {
      return serdes.getWireFormatVersion(this.#native);
    }

    transferArrayBuffer(id: number, buffer: ArrayBuffer): void {
      serdes.transferArrayBuffer(this.#native, id, buffer);
    }

    readUint32(): number {
      return serdes.readUint32(this.#native);
    }

    readUint64(): [number, number] {
      return serdes.readUint64(this.#native);
    }

    readDouble(): number {
      return serdes.readDouble(this.#native);
    }

    _readRawBytes(length: number): number {
      return serdes.readRawBytes(this.#native, length);
    }
  };
}

function isBytes(guest: Guest, value: unknown): boolean {
  return ArrayBufferIsView(value) || guest.native.types.isAnyArrayBuffer(value);
}

function notBytes(guest: Guest, name: string): Error {
  return guest.errors.coded("TypeError", "ERR_INVALID_ARG_TYPE", `${name} must be a TypedArray or a DataView`);
}
