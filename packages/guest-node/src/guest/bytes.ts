import {
  ArrayBufferIsView,
  DataViewPrototypeGetBuffer,
  DataViewPrototypeGetByteLength,
  DataViewPrototypeGetByteOffset,
  TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset,
  uncurryThis,
} from "./primordial.ts";

const isTypedArray = uncurryThis(
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get as (
    this: unknown,
  ) => string | undefined,
);

/** A plain `Uint8Array` over the bytes of any view or buffer: not a `Buffer`, so none of its overrides apply. */
export function bytesOf(source: ArrayBufferView | ArrayBufferLike): Uint8Array {
  if (!ArrayBufferIsView(source)) return new Uint8Array(source);
  if (isTypedArray(source) === undefined) {
    const view = source as DataView;
    return new Uint8Array(
      DataViewPrototypeGetBuffer(view),
      DataViewPrototypeGetByteOffset(view),
      DataViewPrototypeGetByteLength(view),
    );
  }
  const view = source as Uint8Array;
  return new Uint8Array(
    TypedArrayPrototypeGetBuffer(view),
    TypedArrayPrototypeGetByteOffset(view),
    TypedArrayPrototypeGetByteLength(view),
  );
}
