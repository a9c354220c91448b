import { bytesOf } from "../bytes.ts";
import type { Binding, Guest } from "../guest.ts";
import type { Messages } from "../messaging/message.ts";
import { ArrayPrototypePush, TypedArrayPrototypeSlice, TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import {
  MapPrototypeDelete,
  MapPrototypeGet,
  MapPrototypeSet,
  MathMin,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeSet,
  WeakMapPrototypeGet,
  WeakMapPrototypeSet,
} from "../primordial.ts";

type Pull = (status: number, buffer?: ArrayBuffer) => void;
type Source = ArrayBufferView | ArrayBuffer | object;

/** One piece of a blob: its bytes are never changed after they are put here. */
type Chunk = Uint8Array;

const END = 0;
const CONTINUES = 1;
/** A reader hands out pieces no larger than this. */
const MAX_PIECE = 65_536;

/** Blobs that live in the guest's own memory. */
export function blobBinding(guest: Guest, messages: Messages): Binding {
  const chunksOf = new WeakMap<object, readonly Chunk[]>();
  const objects = new Map<string, readonly [object, number, string]>();

  class BlobReader {
    readonly #chunks: readonly Chunk[];
    #index = 0;
    #offset = 0;

    constructor(chunks: readonly Chunk[]) {
      this.#chunks = chunks;
    }

    pull(callback: Pull): void {
      // Beyond its end an array would ask its prototype.
      const chunk = this.#index < this.#chunks.length ? this.#chunks[this.#index] : undefined;
      if (chunk === undefined) {
        callback(END);
        return;
      }
      const rest = TypedArrayPrototypeGetLength(chunk) - this.#offset;
      const length = MathMin(rest, MAX_PIECE);
      const piece = TypedArrayPrototypeSlice(chunk, this.#offset, this.#offset + length);
      this.#offset += length;
      if (length === rest) {
        this.#index++;
        this.#offset = 0;
      }
      callback(CONTINUES, TypedArrayPrototypeGetBuffer(piece) as ArrayBuffer);
    }

    // Everything is there at once: nobody has to be woken.
    setWakeup(): void {}
  }

  class BlobHandle {
    constructor(chunks: readonly Chunk[]) {
      WeakMapPrototypeSet(chunksOf, this, chunks);
      messages.share(this);
    }

    getReader(): BlobReader {
      return new BlobReader(WeakMapPrototypeGet(chunksOf, this) ?? []);
    }

    slice(start: number, end: number): BlobHandle {
      return new BlobHandle(slicesOf(WeakMapPrototypeGet(chunksOf, this) ?? [], start, end));
    }
  }

  return {
    __proto__: null,
    createBlob(sources: readonly Source[]) {
      const chunks: Chunk[] = [];
      for (let index = 0; index < sources.length; index++) {
        const source = sources[index] as Source;
        const inner = WeakMapPrototypeGet(chunksOf, source);
        if (inner === undefined) appendChunk(chunks, TypedArrayPrototypeSlice(bytesOf(source as ArrayBuffer)));
        else for (let at = 0; at < inner.length; at++) appendChunk(chunks, inner[at] as Chunk);
      }
      return new BlobHandle(chunks);
    },
    storeDataObject(id: string, handle: object, length: number, type: string) {
      MapPrototypeSet(objects, id, [handle, length, type] as const);
    },
    getDataObject: (id: string) => MapPrototypeGet(objects, id),
    revokeObjectURL(url: string) {
      const path = StringPrototypeSlice(url, StringPrototypeIndexOf(url, ":") + 1);
      if (StringPrototypeSlice(path, 0, PREFIX.length) === PREFIX) {
        MapPrototypeDelete(objects, StringPrototypeSlice(path, PREFIX.length));
      }
    },
    concat(buffers: readonly (ArrayBufferView | ArrayBuffer)[]) {
      return TypedArrayPrototypeGetBuffer(concatenated(buffers));
    },
    createBlobFromFilePath(path: string) {
      const length = guest.calls.sync("fs.readFile", path, 0);
      if (typeof length !== "number" || length < 0) return undefined;
      const handle = new BlobHandle([guest.calls.payload(length)]);
      return [handle, length];
    },
  };
}

const PREFIX = "nodedata:";

function appendChunk(chunks: Chunk[], chunk: Chunk): void {
  if (TypedArrayPrototypeGetLength(chunk) > 0) ArrayPrototypePush(chunks, chunk);
}

function slicesOf(chunks: readonly Chunk[], start: number, end: number): Chunk[] {
  const slices: Chunk[] = [];
  let position = 0;
  for (let index = 0; index < chunks.length; index++) {
    const chunk = chunks[index] as Chunk;
    const length = TypedArrayPrototypeGetLength(chunk);
    const from = start > position ? start - position : 0;
    const to = MathMin(end - position, length);
    if (from < to) appendChunk(slices, TypedArrayPrototypeSubarray(chunk, from, to));
    position += length;
  }
  return slices;
}

function concatenated(buffers: readonly (ArrayBufferView | ArrayBuffer)[]): Uint8Array<ArrayBuffer> {
  let total = 0;
  for (let index = 0; index < buffers.length; index++) {
    total += TypedArrayPrototypeGetLength(bytesOf(buffers[index] as ArrayBuffer));
  }
  const joined = new Uint8Array(total);
  let position = 0;
  for (let index = 0; index < buffers.length; index++) {
    const bytes = bytesOf(buffers[index] as ArrayBuffer);
    TypedArrayPrototypeSet(joined, bytes, position);
    position += TypedArrayPrototypeGetLength(bytes);
  }
  return joined;
}
