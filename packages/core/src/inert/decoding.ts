import type { InertReader } from "./inert-reader.ts";

/** A decoding under way, as those see it who decode one kind of container each. */
export interface Decoding {
  readonly reader: InertReader;
  /** The value that a tag begins; children of a container follow. */
  value(tag: number): unknown;
  /** Counts values against the most that there may be. */
  count(values: number): void;
  /** Holds bytes that a value needs beside its encoding against the most that there may be. */
  charge(bytes: number): void;
  /** How many of so many elements may have their room before they come: never more, in all, than the limit has bytes for. */
  grantRoom(elements: number): number;
  /** Brings the end of the step nearer by the work that a new member of a table of this size may have been. */
  addMember(size: number): void;
}
