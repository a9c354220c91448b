import type { Binding, Guest } from "../guest.ts";
import { ArrayBufferIsView, TypedArrayPrototypeGetLength } from "../primordial.ts";

interface Serializer {
  writeHeader(): void;
  writeValue(value: unknown): void;
  writeUint32(value: number): void;
  writeRawBytes(bytes: Uint8Array): void;
  releaseBuffer(): Uint8Array;
  _writeHostObject(object: object): void;
}

interface Deserializer {
  readHeader(): void;
  readValue(): unknown;
  readUint32(): number;
  _readHostObject(): unknown;
}

interface SerializingLibrary extends Record<string, unknown> {
  readonly DefaultSerializer: new () => Serializer;
  readonly DefaultDeserializer: new (bytes: Uint8Array) => Deserializer;
}

/** What comes before something of the host's own kind: whether it is a view of bytes, or what its properties say. */
const VIEW = 0;
const PROPERTIES = 1;
const LENGTH_BYTES = 4;

/** Messages between processes as V8 writes them, each behind its length (4 bytes, big endian). */
export function ipcSerdesBinding(guest: Guest): Binding {
  const { DefaultSerializer, DefaultDeserializer } = guest.library.require("v8") as SerializingLibrary;

  class MessageSerializer extends DefaultSerializer {
    override _writeHostObject(object: object): void {
      const isView = ArrayBufferIsView(object);
      this.writeUint32(isView ? VIEW : PROPERTIES);
      if (isView) super._writeHostObject(object);
      else this.writeValue({ ...object });
    }
  }

  class MessageDeserializer extends DefaultDeserializer {
    override _readHostObject(): unknown {
      return this.readUint32() === VIEW ? super._readHostObject() : this.readValue();
    }
  }

  return {
    __proto__: null,
    serialize(message: unknown): Uint8Array {
      const serializer = new MessageSerializer();
      serializer.writeRawBytes(new Uint8Array(LENGTH_BYTES));
      serializer.writeHeader();
      serializer.writeValue(message);
      const bytes = serializer.releaseBuffer();
      const length = TypedArrayPrototypeGetLength(bytes) - LENGTH_BYTES;
      for (let index = 0; index < LENGTH_BYTES; index++) bytes[index] = (length >>> (24 - 8 * index)) & 0xff;
      return bytes;
    },
    deserialize(bytes: Uint8Array): unknown {
      const deserializer = new MessageDeserializer(bytes);
      deserializer.readHeader();
      return deserializer.readValue();
    },
  };
}
