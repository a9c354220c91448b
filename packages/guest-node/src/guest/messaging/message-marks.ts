/** Bits of the mode under which Node's library marks an object. */
export const TRANSFERABLE = 1;
export const CLONEABLE = 2;

/** How Node's library says of an object whether and how it travels. */
export interface MessageMarks {
  /** {@link TRANSFERABLE} and {@link CLONEABLE}, or 0. */
  modeOf(object: object): number;
  /** A method that Node's library gives an object under one of its symbols. */
  method(object: object, name: string): (() => unknown) | undefined;
  /** What is thrown for a value that cannot travel. */
  dataCloneError(message: string): Error;
}
