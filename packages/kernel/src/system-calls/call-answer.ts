import type { Outcome, ResultKind, SystemCallName, SystemCallResult, systemCallTable } from "@vivarium/core";

/** What a system call came to, as it crosses from the kernel's host half to its cell half. */
export interface CallAnswer {
  /** What the guest gets: per the table, or a negative errno. */
  readonly result: SystemCallResult;
  readonly payload?: Uint8Array;
  /** Why a check denied, when it said so. */
  readonly reason?: string;
  /** The payload is only a beginning: the rest is to be read from this descriptor. */
  readonly more?: number;
  /** The guest ends with this call: nothing is served after it. */
  readonly ended?: Outcome;
}

/** A string with a payload beside it: `url.parse` answers so. */
export interface TextWithPayload {
  readonly text: string;
  readonly payload: Uint8Array;
}

/** The beginning of a long content (or, as UTF-8, of a long listing), and the number from which the rest is to be read. */
export interface ContentPiece {
  readonly content: Uint8Array;
  readonly more: number;
}

type TableOf = typeof systemCallTable;

/** The names of the calls that are served at one place. */
export type CallNamesAt<Place extends "host" | "cell"> = {
  [Name in SystemCallName]: TableOf[Name]["place"] extends Place ? Name : never;
}[SystemCallName];

/** A call that is served in the host. */
export type HostCallName = CallNamesAt<"host">;
/** A call that is served in the cell. */
export type CellCallName = CallNamesAt<"cell">;

/** What a handler answers with, by the kind of its result. */
export type HandlerResultOf<Kind extends ResultKind> = Kind extends "status"
  ? undefined
  : Kind extends "number"
    ? number
    : Kind extends "bytes"
      ? Uint8Array | ContentPiece
      : Kind extends "string"
        ? string | ContentPiece
        : Kind extends "record"
          ? Float64Array
          : TextWithPayload | undefined;

export type HandlerResult = HandlerResultOf<ResultKind>;

/** Puts a handler's value into the form in which it crosses. */
export function answerOf(value: HandlerResult, kind: ResultKind): CallAnswer {
  if (kind === "status") return okAnswer;
  if (value instanceof Uint8Array) return { result: value.byteLength, payload: value };
  if (value instanceof Float64Array) {
    return { result: 0, payload: new Uint8Array(value.buffer, value.byteOffset, value.byteLength) };
  }
  if (typeof value === "object" && "more" in value) {
    return { result: value.content.byteLength, payload: value.content, more: value.more };
  }
  if (typeof value === "object") return { result: value.text, payload: value.payload };
  return { result: value };
}

const okAnswer: CallAnswer = { result: 0 };
