/*
 * What the decoding side needs for a value beside its encoding, in bytes: measured in V8, and rounded up. A result is held
 * against its limit with these, so that one of many small objects is as large for the host as one of many bytes.
 */

/** The place of a value in whatever holds it; numbers of an array are as large as their encoding. */
export const VALUE_BYTES = 8;
/** A string that has not been there before. */
export const STRING_BYTES = 24;
export const BIGINT_BYTES = 32;
export const OBJECT_BYTES = 56;
/** An object without prototype begins as a dictionary. */
export const NULL_OBJECT_BYTES = 184;
/** A property of an object that has so many that it is a dictionary. */
export const DICTIONARY_PROPERTY_BYTES = 56;
export const MOST_FAST_PROPERTIES = 128;
export const ARRAY_BYTES = 48;
export const MAP_BYTES = 184;
export const SET_BYTES = 152;
/** A member of a Map or a Set: its part of the table. */
export const MEMBER_BYTES = 24;
export const DATE_BYTES = 96;
export const REGEXP_BYTES = 200;
export const ERROR_BYTES = 280;
export const BOXED_BYTES = 32;
/** An ArrayBuffer, or a view and its buffer. */
export const BUFFER_BYTES = 300;

/** What an object of so many properties needs, but for their values. */
export function objectBytes(properties: number, hasPrototype: boolean): number {
  const dictionary = properties > MOST_FAST_PROPERTIES ? properties * DICTIONARY_PROPERTY_BYTES : 0;
  return (hasPrototype ? OBJECT_BYTES : NULL_OBJECT_BYTES) + dictionary;
}
