import type { NativeHelper } from "../../native/native-helper.ts";
import { TypedArrayPrototypeSubarray } from "../past-prototypes.ts";
import {
  ArrayBufferPrototypeGetByteLength,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeSet,
  uncurryThis,
} from "../primordial.ts";
import { MemoryGetBuffer } from "./web-assembly-calls.ts";

const { getUint8, getUint16, getUint32, getBigInt64, getBigUint64 } = DataView.prototype;
const { setUint8, setUint16, setUint32, setBigUint64 } = DataView.prototype;
const { indexOf } = Uint8Array.prototype;

const readU8 = uncurryThis(getUint8);
const readU16 = uncurryThis(getUint16);
const readU32 = uncurryThis(getUint32);
const readI64 = uncurryThis(getBigInt64);
const readU64 = uncurryThis(getBigUint64);
const writeU8 = uncurryThis(setUint8);
const writeU16 = uncurryThis(setUint16);
const writeU32 = uncurryThis(setUint32);
const writeU64 = uncurryThis(setBigUint64);
const find = uncurryThis(indexOf);

type Text = Pick<NativeHelper, "buffer" | "encoding">;

/**
 * The memory of an instance of WebAssembly, read and written at its addresses. What lies outside of it is a `RangeError`.
 * Addresses are unsigned; one that comes as a signed number is taken for what it is.
 */
export class LinearMemory {
  readonly #memory: WebAssembly.Memory;
  readonly #text: Text;
  #buffer: ArrayBuffer;
  #bytes: Uint8Array;
  #view: DataView;

  constructor(memory: WebAssembly.Memory, text: Text) {
    this.#memory = memory;
    this.#text = text;
    this.#buffer = MemoryGetBuffer(memory);
    this.#bytes = new Uint8Array(this.#buffer);
    this.#view = new DataView(this.#buffer);
  }

  get byteLength(): number {
    return ArrayBufferPrototypeGetByteLength(MemoryGetBuffer(this.#memory));
  }

  u8(address: number): number {
    return readU8(this.#now(), address >>> 0);
  }

  u16(address: number): number {
    return readU16(this.#now(), address >>> 0, true);
  }

  u32(address: number): number {
    return readU32(this.#now(), address >>> 0, true);
  }

  i64(address: number): bigint {
    return readI64(this.#now(), address >>> 0, true);
  }

  u64(address: number): bigint {
    return readU64(this.#now(), address >>> 0, true);
  }

  setU8(address: number, value: number): void {
    writeU8(this.#now(), address >>> 0, value);
  }

  setU16(address: number, value: number): void {
    writeU16(this.#now(), address >>> 0, value, true);
  }

  setU32(address: number, value: number): void {
    writeU32(this.#now(), address >>> 0, value, true);
  }

  setU64(address: number, value: bigint): void {
    writeU64(this.#now(), address >>> 0, value, true);
  }

  /** The bytes themselves, until the memory grows. */
  view(address: number, length: number): Uint8Array {
    this.#now();
    const start = address >>> 0;
    const end = start + (length >>> 0);
    if (end > TypedArrayPrototypeGetLength(this.#bytes)) throw new RangeError("Outside of the memory");
    return TypedArrayPrototypeSubarray(this.#bytes, start, end);
  }

  write(address: number, bytes: Uint8Array): void {
    TypedArrayPrototypeSet(this.view(address, TypedArrayPrototypeGetLength(bytes)), bytes);
  }

  /** Text in UTF-8; what is malformed becomes U+FFFD. */
  text(address: number, length: number): string {
    return this.#text.buffer.utf8Slice(this.view(address, length));
  }

  /** Text in UTF-8 that ends at the first NUL. */
  terminated(address: number): string {
    this.#now();
    const start = address >>> 0;
    const end = find(this.#bytes, 0, start);
    return this.text(start, (end < 0 ? TypedArrayPrototypeGetLength(this.#bytes) : end) - start);
  }

  /** What {@link text} reads. */
  encoded(text: string): Uint8Array {
    return this.#text.encoding.encodeUtf8String(text);
  }

  #now(): DataView {
    const buffer = MemoryGetBuffer(this.#memory);
    if (buffer !== this.#buffer) {
      this.#buffer = buffer;
      this.#bytes = new Uint8Array(buffer);
      this.#view = new DataView(buffer);
    }
    return this.#view;
  }
}
