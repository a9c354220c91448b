import { bytesOf } from "../bytes.ts";
import { TypedArrayPrototypeGetLength, TypedArrayPrototypeSet } from "../primordial.ts";

/** The longest datagram, in bytes. */
export const MOST_DATAGRAM_BYTES = 65_507;

/** What Node's library sends as one. */
export type Pieces = { readonly [index: number]: ArrayBufferView };

/** The pieces of a datagram as one copy; of one that is too long, only so many bytes that this shows. */
export function datagramOf(list: Pieces, count: number): Uint8Array {
  let length = 0;
  for (let index = 0; index < count; index++)
    length += TypedArrayPrototypeGetLength(bytesOf(list[index] as ArrayBufferView));
  if (length > MOST_DATAGRAM_BYTES) return new Uint8Array(MOST_DATAGRAM_BYTES + 1);
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (let index = 0; index < count; index++) {
    const piece = bytesOf(list[index] as ArrayBufferView);
    TypedArrayPrototypeSet(bytes, piece, offset);
    offset += TypedArrayPrototypeGetLength(piece);
  }
  return bytes;
}
