/** What a guest is made of; the same for every guest of a process. */
export interface GuestParts {
  /** The guest's bundle: an expression that is a function. */
  readonly bundle: string;
  /** The tables of Node's internals, as JSON. */
  readonly tables: string;
  /** The native helper's file. */
  readonly helperFile: string;
}
