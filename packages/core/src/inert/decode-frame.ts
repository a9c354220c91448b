/** A container that still takes children. */
export type DecodeFrame = ObjectFrame | ArrayFrame | MapFrame | SetFrame | ErrorFrame;

/** Containers within one another: the innermost, and those around it. */
export interface DecodeFrames {
  readonly frame: DecodeFrame;
  readonly around: DecodeFrames | undefined;
  readonly depth: number;
}

export interface ObjectFrame {
  readonly kind: "object";
  readonly target: object;
  /** Properties that are still to come. */
  left: number;
}

export interface ArrayFrame {
  readonly kind: "array";
  readonly target: unknown[];
  readonly length: number;
  /** Where the next element goes. */
  index: number;
  /** Whether there may be elements that it inherits. */
  readonly inherits: boolean;
  /** Whether its numbers count as values. */
  readonly countsNumbers: boolean;
  /** Numbers that follow, untagged. */
  numbers: number;
}

export interface MapFrame {
  readonly kind: "map";
  readonly target: Map<unknown, unknown>;
  /** The key whose value comes next. */
  key: { readonly value: unknown } | undefined;
}

export interface SetFrame {
  readonly kind: "set";
  readonly target: Set<unknown>;
}

export interface ErrorFrame {
  readonly kind: "error";
  readonly target: Error;
  /** That it has by its kind. */
  readonly name: string;
  /** Properties that have come. */
  properties: number;
}
