import { bytesBeside } from "./bytes-beside.ts";
import { beginArray, decodeChild } from "./decode-children.ts";
import { decodeError } from "./decode-error.ts";
import type { ArrayFrame, DecodeFrame, DecodeFrames } from "./decode-frame.ts";
import { decodeLeaf, decodePrimitive, notThis } from "./decode-leaf.ts";
import type { Decoding } from "./decoding.ts";
import { objectBytes, STRING_BYTES, VALUE_BYTES } from "./host-bytes.table.ts";
import {
  INERT_VERSION,
  MOST_ELEMENTS,
  MOST_PROPERTIES,
  TAG_ARRAY,
  TAG_BOXED,
  TAG_ERROR,
  TAG_LIVE,
  TAG_MAP,
  TAG_NULL_OBJECT,
  TAG_OBJECT,
  TAG_OBJECT_REFERENCE,
  TAG_REGEXP,
  TAG_SET,
} from "./inert-format.ts";
import { InertReader, longPart } from "./inert-reader.ts";
import { boxed, MapConstructor, roundUp, SetConstructor, smaller, typedArrayBytes } from "./intrinsics.ts";
import { append, createList, type List } from "./own-list.ts";
import { hostText, type TextDecoding } from "./text-decoder.ts";

/**
 * Members of a table that take as long as a byte: a number's hash is known, so that all of them may have the same, and
 * the engine then looks at each of those that there are before it adds one.
 */
const MEMBERS_PER_BYTE = 64;

export interface DecodeLimits {
  readonly maxDepth: number;
  readonly maxNodes: number;
  /** As in `DecodeOptions`. */
  readonly limitBytes: number;
  /** @default that of every host */
  readonly text?: TextDecoding | undefined;
  /** As in `DecodeOptions`. */
  readonly live?: ((number: number) => unknown) | undefined;
}

/** One decoding, in steps; containers wait on a stack of frames, as in the encoder. */
export class InertDecoder implements Decoding {
  readonly reader: InertReader;
  readonly #limits: DecodeLimits;
  readonly #objects: List<unknown> = createList();
  #frames: DecodeFrames | undefined;
  #root: { readonly value: unknown } | undefined;
  #nodes = 0;
  /** Position at which the step ends. */
  #end = 0;
  /** Bytes that values may still need beside their encoding. */
  #left: number;
  /** Elements that may still have their room before they come: all of them together take no more than the limit. */
  #room: number;
  /** As they were when the step began. */
  readonly #before: { nodes: number; objects: number; left: number } = { nodes: 0, objects: 0, left: 0 };

  constructor(bytes: Uint8Array, limits: DecodeLimits) {
    this.reader = new InertReader(bytes, () => this.charge(STRING_BYTES), limits.text ?? hostText());
    this.#limits = limits;
    const length = typedArrayBytes(bytes);
    this.#left = limits.limitBytes - length;
    const granted = limits.limitBytes === Number.POSITIVE_INFINITY ? length : limits.limitBytes;
    this.#room = roundUp(granted / VALUE_BYTES);
  }

  /** Bytes of a finite limit that are used up. */
  get taken(): number {
    return this.#limits.limitBytes - this.#left;
  }

  /** What has been decoded, once {@link advance} has said that it is complete. */
  get decoded(): unknown {
    return this.#root?.value;
  }

  /** Decodes `bytes` more bytes, or a few more than that, or a piece of a long part; `true` when the value is complete. */
  advance(bytes: number): boolean {
    if (!this.reader.readOn()) return false;
    this.#end = this.reader.position + bytes;
    try {
      return this.#advance();
    } catch (thrown) {
      if (thrown !== longPart) throw thrown;
      this.reader.goBack();
      this.#nodes = this.#before.nodes;
      this.#left = this.#before.left;
      this.#objects.length = this.#before.objects;
      return false;
    }
  }

  #advance(): boolean {
    if (this.#root === undefined) this.#readRoot();
    for (let frames = this.#frames; frames !== undefined; frames = this.#frames) {
      if (this.reader.position >= this.#end) return false;
      this.#fill(frames);
    }
    if (this.reader.remaining !== 0) this.reader.fail("expected the end of the value");
    return true;
  }

  #beginStep(): void {
    this.reader.beginStep();
    this.#before.nodes = this.#nodes;
    this.#before.left = this.#left;
    this.#before.objects = this.#objects.length;
  }

  #readRoot(): void {
    this.#beginStep();
    const version = this.reader.byte();
    if (version !== INERT_VERSION) this.reader.fail(`expected version ${INERT_VERSION}, got ${version}`);
    this.#root = { value: this.value(this.reader.byte()) };
  }

  /** The value that a tag begins; children of a container follow. */
  value(tag: number): unknown {
    this.count(1);
    this.charge(bytesBeside(tag));
    const primitive = decodePrimitive(this.reader, tag);
    if (primitive !== notThis) return primitive;
    if (tag === TAG_OBJECT_REFERENCE) return this.#objects.items[this.reader.index(this.#objects.length)];
    if (tag === TAG_LIVE) return this.#live();
    const container = this.#container(tag);
    if (container !== undefined) return container;
    // Numbered before it is read, as the encoder did: a boxed value cannot hold an object.
    const position = this.#objects.length;
    append(this.#objects, undefined);
    const leaf = tag === TAG_BOXED ? this.#boxed() : decodeLeaf(this.reader, tag);
    // Parsing it may have taken as long as all else in a step.
    if (tag === TAG_REGEXP) this.#end = 0;
    if (leaf === notThis) this.reader.fail(`expected a value, got the tag ${tag}`);
    this.#objects.items[position] = leaf;
    return leaf;
  }

  /** What stays on the other side, as this one has it. */
  #live(): unknown {
    const { live } = this.#limits;
    if (live === undefined) return this.reader.fail(`expected a value, got the tag ${TAG_LIVE}`);
    return live(this.reader.count(0)) ?? this.reader.fail("expected the number of something");
  }

  grantRoom(elements: number): number {
    const granted = smaller(elements, this.#room);
    this.#room -= granted;
    return granted;
  }

  count(values: number): void {
    this.#nodes += values;
    if (this.#nodes > this.#limits.maxNodes) this.reader.fail(`expected at most ${this.#limits.maxNodes} values`);
  }

  charge(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) this.reader.fail(`expected what takes at most ${this.#limits.limitBytes} bytes`);
  }

  addMember(size: number): void {
    this.#end -= size / MEMBERS_PER_BYTE;
  }

  #boxed(): unknown {
    const primitive = decodePrimitive(this.reader, this.reader.byte());
    if (primitive === notThis || primitive === null || primitive === undefined) {
      this.reader.fail("expected a primitive value in its box");
    }
    return boxed(primitive);
  }

  #container(tag: number): object | undefined {
    switch (tag) {
      case TAG_OBJECT:
      case TAG_NULL_OBJECT: {
        const target: object = tag === TAG_OBJECT ? {} : { __proto__: null };
        const left = this.reader.count(2);
        this.charge(objectBytes(left, tag === TAG_OBJECT));
        if (left > MOST_PROPERTIES) this.reader.fail(`expected at most ${MOST_PROPERTIES} properties`);
        return this.#push({ kind: "object", target, left });
      }
      case TAG_ARRAY:
        return this.#push(this.#array());
      case TAG_MAP:
        return this.#push({ kind: "map", target: new MapConstructor(), key: undefined });
      case TAG_SET:
        return this.#push({ kind: "set", target: new SetConstructor() });
      case TAG_ERROR:
        return this.#push({ kind: "error", ...decodeError(this.reader), properties: 0 });
      default:
        return undefined;
    }
  }

  #array(): ArrayFrame {
    const length = this.reader.count(1);
    if (length > MOST_ELEMENTS) this.reader.fail(`expected at most ${MOST_ELEMENTS} elements`);
    return beginArray(this, length);
  }

  #push(frame: DecodeFrame): object {
    const around = this.#frames;
    const depth = around === undefined ? 1 : around.depth + 1;
    if (depth > this.#limits.maxDepth) this.reader.fail(`expected at most ${this.#limits.maxDepth} levels`);
    this.#frames = { frame, around, depth };
    append(this.#objects, frame.target);
    return frame.target;
  }

  /** Reads children until the container is full, or a child is a container, which then comes first. */
  #fill(frames: DecodeFrames): void {
    while (this.#frames === frames && this.reader.position < this.#end) {
      this.#beginStep();
      if (!decodeChild(this, frames.frame)) this.#frames = frames.around;
    }
  }
}
