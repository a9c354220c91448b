/** A container that still takes children. */
export type DecodeFrame = ObjectFrame | ArrayFrame | MapFrame | SetFrame | ErrorFrame;

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
  /** Properties that have come. */
  properties: number;
}
