/**
 * The inert codec: values as bytes, and back. What is decoded is inert: fresh objects of the decoding realm, without
 * getters, proxies, functions or prototypes of the other side.
 *
 * An encoding is the version byte and one value. A value is a tag byte and what belongs to it; numbers of elements and
 * bytes are unsigned LEB128 of up to 32 bits, other numbers little-endian.
 *
 * - Strings are numbered in the order of their first appearance, and so are objects; a repetition is a reference.
 * - Every element of an array takes at least a byte, so that no length promises more than has been sent.
 */
export const INERT_VERSION = 1;

/** Nesting that is encoded and decoded unless the caller says otherwise. */
export const DEFAULT_MAX_DEPTH = 1_000;

/**
 * Values that are encoded and decoded unless the caller says otherwise, with the elements that arrays lack. Numbers in
 * arrays do not count: they take no more room decoded than encoded. Those of a {@link LONG_ARRAY} count where others
 * are among them: there, the engine makes an object of each.
 */
export const DEFAULT_MAX_NODES = 4_000_000;

/** Characters of a regular expression that is encoded and decoded at most: parsing one takes long and much stack. */
export const LONGEST_EXPRESSION = 32_768;

/** Characters that a string with lone surrogates has at most: nothing decodes them fast. */
export const LONGEST_ILL_FORMED = 1_048_576;

/** Hexadecimal digits that a bigint has at most: they are parsed at once. */
export const LONGEST_BIGINT = 1_048_576;

/**
 * Properties that an object has at most, and members that a Map or a Set has: the engine moves all of them at once when
 * their table grows, for 50 ms and longer beyond these numbers.
 */
export const MOST_PROPERTIES = 262_144;
export const MOST_MEMBERS = 524_288;

/** Elements that an array has at most: it gets its room at once, and no memory is had so fast that more of it would not be noticed. */
export const MOST_ELEMENTS = 4_194_304;

/** Elements beyond which it matters of what kind the engine keeps them. */
export const LONG_ARRAY = 65_536;

/** Numbers of an array that are written at once: the writer holds on to their count until then. */
export const LONGEST_RUN = 65_536;

export const TAG_UNDEFINED = 0;
export const TAG_NULL = 1;
export const TAG_TRUE = 2;
export const TAG_FALSE = 3;
/** An element that an array lacks; in an array only. */
export const TAG_HOLE = 4;
/** ZigZag LEB128 of 32 bits. */
export const TAG_INTEGER = 5;
/** float64 */
export const TAG_NUMBER = 6;
/** sign byte (1: negative), length, hexadecimal digits in ASCII */
export const TAG_BIGINT = 7;
/** length, bytes */
export const TAG_STRING_ASCII = 8;
/** length, bytes */
export const TAG_STRING_LATIN1 = 9;
/** length in UTF-16 units, well-formed UTF-16 */
export const TAG_STRING_UTF16 = 10;
/** length in UTF-16 units, UTF-16 with lone surrogates */
export const TAG_STRING_ILL_FORMED = 11;
/** number of a string */
export const TAG_STRING_REFERENCE = 12;
/** number of an object */
export const TAG_OBJECT_REFERENCE = 13;
/** count, then a string and a value for each property */
export const TAG_OBJECT = 14;
/** as {@link TAG_OBJECT}, without a prototype */
export const TAG_NULL_OBJECT = 15;
/** length, then elements: values, {@link TAG_HOLE} and {@link TAG_NUMBERS} */
export const TAG_ARRAY = 16;
/** uint32 count, then float64 each; so many elements at once, in an array only */
export const TAG_NUMBERS = 17;
/** key and value by turns, until {@link TAG_END} */
export const TAG_MAP = 18;
/** values until {@link TAG_END} */
export const TAG_SET = 19;
/** float64, milliseconds since the epoch */
export const TAG_DATE = 20;
/** two strings: source and flags */
export const TAG_REGEXP = 21;
/** index into {@link ERROR_KINDS}, then a string and a value for each property until {@link TAG_END} */
export const TAG_ERROR = 22;
/** a primitive value, boxed */
export const TAG_BOXED = 23;
/** length in bytes, bytes */
export const TAG_ARRAY_BUFFER = 24;
/** length in bytes, bytes */
export const TAG_DATA_VIEW = 25;
/** index into {@link TYPED_ARRAY_KINDS}, length in bytes, bytes */
export const TAG_TYPED_ARRAY = 26;
export const TAG_END = 27;
/** number of what stays where it is: a function of the encoding side, where both sides keep such numbers */
export const TAG_LIVE = 28;

export const ERROR_KINDS = [
  "Error",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "AggregateError",
] as const;

export const TYPED_ARRAY_KINDS = [
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "Float16Array",
] as const;
