import { decodeError, defineErrorProperty } from "./decode-error.ts";
import { decodeLeaf, decodePrimitive, notThis } from "./decode-leaf.ts";
import {
  INERT_VERSION,
  TAG_ARRAY,
  TAG_BOXED,
  TAG_END,
  TAG_ERROR,
  TAG_HOLE,
  TAG_MAP,
  TAG_NULL_OBJECT,
  TAG_NUMBERS,
  TAG_OBJECT,
  TAG_OBJECT_REFERENCE,
  TAG_SET,
} from "./inert-format.ts";
import { InertReader } from "./inert-reader.ts";

/** A container that still takes children. */
type Frame =
  | { readonly kind: "object"; readonly target: object; left: number }
  | { readonly kind: "array"; readonly target: unknown[]; readonly length: number; numbers: number }
  | { readonly kind: "map"; readonly target: Map<unknown, unknown>; key: { readonly value: unknown } | undefined }
  | { readonly kind: "set"; readonly target: Set<unknown> }
  | { readonly kind: "error"; readonly target: Error };

/** Numbers of an array that are read between two looks at the position. */
const NUMBERS_AT_ONCE = 4_096;

export interface DecodeLimits {
  readonly maxDepth: number;
  readonly maxNodes: number;
}

/** One decoding, in steps; containers wait on a stack of frames, as in the encoder. */
export class InertDecoder {
  readonly #reader: InertReader;
  readonly #limits: DecodeLimits;
  readonly #objects: unknown[] = [];
  readonly #frames: Frame[] = [];
  #nodes = 0;

  constructor(bytes: Uint8Array, limits: DecodeLimits) {
    this.#reader = new InertReader(bytes);
    this.#limits = limits;
  }

  /** Reads the version and the first tag. Answers the root, whose children come with {@link advance}. */
  begin(): unknown {
    const version = this.#reader.byte();
    if (version !== INERT_VERSION) this.#reader.fail(`expected version ${INERT_VERSION}, got ${version}`);
    return this.#value(this.#reader.byte());
  }

  /** Decodes `bytes` more bytes, or a few more than that; `true` when the value is complete. */
  advance(bytes: number): boolean {
    const end = this.#reader.position + bytes;
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      if (this.#reader.position >= end) return false;
      this.#fill(frame, end);
    }
    if (this.#reader.remaining !== 0) this.#reader.fail("expected the end of the value");
    return true;
  }

  /** The value that a tag begins; children of a container follow. */
  #value(tag: number): unknown {
    this.#nodes += 1;
    if (this.#nodes > this.#limits.maxNodes) this.#reader.fail(`expected at most ${this.#limits.maxNodes} values`);
    const primitive = decodePrimitive(this.#reader, tag);
    if (primitive !== notThis) return primitive;
    if (tag === TAG_OBJECT_REFERENCE) return this.#objects[this.#reader.index(this.#objects.length)];
    const container = this.#container(tag);
    if (container !== undefined) return container;
    // Numbered before it is read, as the encoder did: a boxed value cannot hold an object.
    const position = this.#objects.push(undefined) - 1;
    const leaf = tag === TAG_BOXED ? this.#boxed() : decodeLeaf(this.#reader, tag);
    if (leaf === notThis) this.#reader.fail(`expected a value, got the tag ${tag}`);
    this.#objects[position] = leaf;
    return leaf;
  }

  #boxed(): unknown {
    const primitive = decodePrimitive(this.#reader, this.#reader.byte());
    if (primitive === notThis || primitive === null || primitive === undefined) {
      this.#reader.fail("expected a primitive value in its box");
    }
    return Object(primitive);
  }

  #container(tag: number): object | undefined {
    switch (tag) {
      case TAG_OBJECT:
      case TAG_NULL_OBJECT: {
        const target: object = tag === TAG_OBJECT ? {} : Object.create(null);
        return this.#push({ kind: "object", target, left: this.#reader.count(2) });
      }
      case TAG_ARRAY:
        return this.#push({ kind: "array", target: [], length: this.#reader.count(1), numbers: 0 });
      case TAG_MAP:
        return this.#push({ kind: "map", target: new Map(), key: undefined });
      case TAG_SET:
        return this.#push({ kind: "set", target: new Set() });
      case TAG_ERROR:
        return this.#push({ kind: "error", target: decodeError(this.#reader) });
      default:
        return undefined;
    }
  }

  #push(frame: Frame): object {
    if (this.#frames.length >= this.#limits.maxDepth)
      this.#reader.fail(`expected at most ${this.#limits.maxDepth} levels`);
    this.#frames.push(frame);
    this.#objects.push(frame.target);
    return frame.target;
  }

  /** Reads children until the container is full, or a child is a container, which then comes first. */
  #fill(frame: Frame, end: number): void {
    const depth = this.#frames.length;
    while (this.#frames.length === depth && this.#reader.position < end) {
      if (!this.#readChild(frame)) this.#frames.pop();
    }
  }

  /** `false` when the container is full. */
  #readChild(frame: Frame): boolean {
    switch (frame.kind) {
      case "object":
        return this.#readProperty(frame);
      case "array":
        return this.#readElement(frame);
      case "map":
        return this.#readEntry(frame);
      case "set":
        return this.#readMember(frame);
      default:
        return this.#readErrorProperty(frame);
    }
  }

  #readProperty(frame: Frame & { kind: "object" }): boolean {
    if (frame.left === 0) return false;
    frame.left -= 1;
    const { target } = frame;
    const key = this.#reader.string();
    if (Object.hasOwn(target, key)) this.#reader.fail("expected each property once");
    const value = this.#value(this.#reader.byte());
    // An assignment to `__proto__` would set the prototype.
    if (key === "__proto__")
      Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: true });
    else (target as Record<string, unknown>)[key] = value;
    return true;
  }

  #readElement(frame: Frame & { kind: "array" }): boolean {
    const { target, length } = frame;
    if (frame.numbers > 0) {
      const count = Math.min(frame.numbers, NUMBERS_AT_ONCE);
      frame.numbers -= count;
      for (let index = 0; index < count; index += 1) target.push(this.#reader.number());
      return true;
    }
    if (target.length === length) return false;
    const tag = this.#reader.byte();
    if (tag === TAG_NUMBERS) {
      frame.numbers = this.#reader.fixedCount();
      if (frame.numbers > length - target.length) this.#reader.fail("expected fewer elements");
    } else if (tag === TAG_HOLE) {
      target.length += 1;
    } else {
      target.push(this.#value(tag));
    }
    return true;
  }

  #readEntry(frame: Frame & { kind: "map" }): boolean {
    const tag = this.#reader.byte();
    const { key, target } = frame;
    if (key === undefined) {
      if (tag === TAG_END) return false;
      frame.key = { value: this.#value(tag) };
      return true;
    }
    frame.key = undefined;
    const { size } = target;
    target.set(key.value, this.#value(tag));
    if (target.size === size) this.#reader.fail("expected each key once");
    return true;
  }

  #readMember({ target }: Frame & { kind: "set" }): boolean {
    const tag = this.#reader.byte();
    if (tag === TAG_END) return false;
    const { size } = target;
    target.add(this.#value(tag));
    if (target.size === size) this.#reader.fail("expected each member once");
    return true;
  }

  #readErrorProperty({ target }: Frame & { kind: "error" }): boolean {
    const tag = this.#reader.byte();
    if (tag === TAG_END) return false;
    const key = this.#reader.stringOf(tag) ?? this.#reader.fail("expected a string");
    defineErrorProperty(target, key, this.#value(this.#reader.byte()));
    return true;
  }
}
