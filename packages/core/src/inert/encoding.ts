import type { EncodeFrame } from "./encode-frame.ts";
import type { EncodeOptions } from "./encode-options.ts";
import type { InertWriter } from "./inert-writer.ts";

/** An encoding under way, as those see it who encode one kind of value each. */
export interface Encoding {
  readonly writer: InertWriter;
  readonly options: Pick<EncodeOptions, "predicates" | "leavesStacks">;
  /** The container that is being encoded. */
  readonly top: EncodeFrame | undefined;
  /** Reads a property or an element; a getter of the guest may run. */
  read(target: object, key: PropertyKey): unknown;
  /** Encodes a value, or the beginning of a container whose children then follow step by step. */
  value(value: unknown): void;
  /** Ends the container that is being encoded. */
  close(frame: EncodeFrame): void;
  /** Counts values against the most that there may be. */
  count(values: number): void;
  /** Ends the encoding: the value at the current path is what must not be. */
  refuse(problem: string): never;
  /** Ends the encoding: the child that `parent` is at has too much in it. */
  refuseSize(parent: EncodeFrame | undefined, problem: string): never;
}
