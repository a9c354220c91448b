import { classNameOf, isTagged } from "./class-name.ts";
import { errorKindOf, refusalOf } from "./classify-object.ts";
import { describeThrown } from "./describe-thrown.ts";
import { encodeChildren } from "./encode-children.ts";
import {
  type EncodeFrame,
  FRAME_ARRAY,
  FRAME_ERROR,
  FRAME_MAP,
  FRAME_OBJECT,
  FRAME_SET,
  pathOf,
} from "./encode-frame.ts";
import { encodeLeaf } from "./encode-leaf.ts";
import { encodeBigint, encodeNumber } from "./encode-number.ts";
import type { EncodeOptions, EncodeResult } from "./encode-options.ts";
import type { Encoding } from "./encoding.ts";
import { enumerableSymbolOf } from "./enumerable-symbol.ts";
import { ARRAY_BYTES, ERROR_BYTES, MAP_BYTES, objectBytes, SET_BYTES, VALUE_BYTES } from "./host-bytes.table.ts";
import {
  INERT_VERSION,
  MOST_ELEMENTS,
  MOST_PROPERTIES,
  TAG_ARRAY,
  TAG_END,
  TAG_ERROR,
  TAG_FALSE,
  TAG_LIVE,
  TAG_MAP,
  TAG_NULL,
  TAG_NULL_OBJECT,
  TAG_OBJECT,
  TAG_OBJECT_REFERENCE,
  TAG_SET,
  TAG_TRUE,
  TAG_UNDEFINED,
} from "./inert-format.ts";
import type { InertWriter } from "./inert-writer.ts";
import {
  getPrototypeOf,
  isArray,
  MapConstructor,
  mapEntries,
  mapGet,
  mapSet,
  objectPrototype,
  ownKeys,
  setValues,
} from "./intrinsics.ts";

const noKeys: readonly string[] = [];

type EncoderOptions = Required<Omit<EncodeOptions, "onPiece" | "lends" | "writeText">>;

/** One encoding. Containers wait on a stack of frames, so that no nesting reaches the engine's stack. */
export class InertEncoder implements Encoding {
  readonly writer: InertWriter;
  readonly options: EncoderOptions;
  /** Why the encoding ended, once it has thrown. */
  failure: EncodeResult | undefined = undefined;
  /** The container that is being encoded. */
  top: EncodeFrame | undefined = undefined;
  readonly #objects: Map<object, number> = new MapConstructor();
  #objectCount = 0;
  #nodes = 0;

  constructor(options: EncoderOptions, writer: InertWriter) {
    this.options = options;
    this.writer = writer;
  }

  encode(value: unknown): Uint8Array {
    this.writer.byte(INERT_VERSION);
    this.value(value);
    while (this.top !== undefined) encodeChildren(this, this.top);
    return this.writer.finish();
  }

  /** Where the encoding is, as messages name it. */
  get path(): string {
    return pathOf(this.options.name, this.top);
  }

  /** Ends the encoding: the value at the current path, or one `step` further, is what must not be. */
  refuse(problem: string, step = ""): never {
    this.failure = { kind: "refused", message: `${this.path}${step} ${problem}` };
    throw this.failure;
  }

  refuseSize(parent: EncodeFrame | undefined, problem: string): never {
    this.failure = { kind: "too-large", message: `${pathOf(this.options.name, parent)} ${problem}` };
    throw this.failure;
  }

  /** Reads a property or an element; a getter of the guest may run. */
  read(target: object, key: PropertyKey): unknown {
    try {
      return (target as Record<PropertyKey, unknown>)[key];
    } catch (error) {
      this.failure = { kind: "refused", message: `${this.path}: its getter threw: ${describeThrown(error)}` };
      throw this.failure;
    }
  }

  /** Encodes a value, or the beginning of a container whose children then follow step by step. */
  value(value: unknown): void {
    this.count(1);
    this.writer.charge(VALUE_BYTES);
    switch (typeof value) {
      case "string":
        this.writer.string(value);
        return;
      case "number":
        encodeNumber(this, value);
        return;
      case "object":
        if (value === null) this.writer.byte(TAG_NULL);
        else this.#object(value);
        return;
      case "undefined":
        this.writer.byte(TAG_UNDEFINED);
        return;
      case "boolean":
        this.writer.byte(value ? TAG_TRUE : TAG_FALSE);
        return;
      case "bigint":
        encodeBigint(this, value);
        return;
      case "function":
        if (!this.#live(value)) this.refuse("is a function");
        return;
      default:
        this.refuse("is a symbol");
    }
  }

  push(kind: number, value: object, keys: readonly string[], length: number, iterator: object | undefined): void {
    const depth = this.top === undefined ? 1 : this.top.depth + 1;
    if (depth > this.options.maxDepth) this.refuse(`is nested more than ${this.options.maxDepth} levels deep`);
    const parent = this.top;
    this.top = {
      kind,
      value,
      keys,
      length,
      iterator,
      index: 0,
      place: undefined,
      pending: undefined,
      parent,
      depth,
      countsNumbers: false,
    };
  }

  /** Ends the container that is being encoded. */
  close(frame: EncodeFrame): void {
    if (frame.kind !== FRAME_OBJECT && frame.kind !== FRAME_ARRAY) this.writer.byte(TAG_END);
    this.top = frame.parent;
  }

  count(values: number): void {
    this.#nodes += values;
    const { maxNodes } = this.options;
    if (this.#nodes > maxNodes) this.refuseSize(undefined, `holds more than ${maxNodes} values`);
  }

  /** Encodes the number of what stays on this side, if it has one. */
  #live(value: object): boolean {
    const number = this.options.live?.(value);
    if (number === undefined) return false;
    this.writer.byte(TAG_LIVE);
    this.writer.count(number);
    return true;
  }

  #object(value: object): void {
    const known = mapGet(this.#objects, value);
    if (known !== undefined) {
      this.writer.byte(TAG_OBJECT_REFERENCE);
      this.writer.count(known);
      return;
    }
    const is = this.options.predicates;
    // Before anything else is asked: every other question would go to a trap.
    if (is.isProxy(value)) this.refuse("is a proxy");
    if (this.options.live !== undefined && getPrototypeOf(value) !== objectPrototype && this.#live(value)) return;
    mapSet(this.#objects, value, this.#objectCount);
    this.#objectCount += 1;
    const symbol = enumerableSymbolOf(value);
    if (symbol !== undefined) this.#refuseSymbol(value, symbol);
    if (isArray(value)) {
      this.#array(value);
      return;
    }
    const prototype = getPrototypeOf(value);
    if (prototype === objectPrototype) {
      this.#properties(value, TAG_OBJECT);
      return;
    }
    if (is.isMap(value)) {
      this.writer.charge(MAP_BYTES);
      this.writer.byte(TAG_MAP);
      this.push(FRAME_MAP, value, noKeys, 0, mapEntries(value));
    } else if (is.isSet(value)) {
      this.writer.charge(SET_BYTES);
      this.writer.byte(TAG_SET);
      this.push(FRAME_SET, value, noKeys, 0, setValues(value));
    } else if (!encodeLeaf(this, value)) {
      this.#instance(value, prototype);
    }
  }

  #instance(value: object, prototype: object | null): void {
    const is = this.options.predicates;
    if (is.isModuleNamespaceObject(value)) {
      this.#properties(value, TAG_OBJECT);
      return;
    }
    const errorKind = errorKindOf(value, is);
    if (errorKind !== -1) {
      this.writer.charge(ERROR_BYTES);
      this.writer.byte(TAG_ERROR);
      this.writer.byte(errorKind);
      const keys = ownKeys(value);
      this.#expectProperties(keys);
      this.push(FRAME_ERROR, value, keys, keys.length, undefined);
      return;
    }
    const refusal = refusalOf(value, is);
    if (refusal !== undefined) this.refuse(`is ${refusal}`);
    // What it holds is not in its properties: without them, nothing of it would come out.
    if (ownKeys(value).length === 0 && isTagged(value, is)) {
      this.refuse(`is ${classNameOf(value, is) ?? "of a class"}, which has no inert form`);
    }
    this.#properties(value, prototype === null ? TAG_NULL_OBJECT : TAG_OBJECT);
  }

  #refuseSymbol(value: object, symbol: string): never {
    const className = isArray(value) ? undefined : classNameOf(value, this.options.predicates);
    const of = className === undefined ? "" : ` (${this.path} is ${className})`;
    this.refuse(`is keyed by a symbol${of}`, `[${symbol}]`);
  }

  #properties(value: object, tag: number): void {
    let keys: readonly string[];
    try {
      keys = ownKeys(value);
    } catch (error) {
      // The namespace of a module that has not been evaluated yet.
      this.refuse(`cannot be read: ${describeThrown(error)}`);
    }
    this.#expectProperties(keys);
    this.writer.charge(objectBytes(keys.length, tag === TAG_OBJECT));
    this.writer.byte(tag);
    this.writer.count(keys.length);
    this.push(FRAME_OBJECT, value, keys, keys.length, undefined);
  }

  #expectProperties(keys: readonly string[]): void {
    if (keys.length > MOST_PROPERTIES) this.refuseSize(this.top, `has more than ${MOST_PROPERTIES} properties`);
  }

  #array(value: readonly unknown[]): void {
    const { length } = value;
    // Each element takes a byte at least.
    this.writer.expect(length);
    if (length > MOST_ELEMENTS) this.refuseSize(this.top, `has more than ${MOST_ELEMENTS} elements`);
    this.writer.charge(ARRAY_BYTES);
    this.writer.byte(TAG_ARRAY);
    this.writer.count(length);
    this.push(FRAME_ARRAY, value, noKeys, length, undefined);
  }
}
