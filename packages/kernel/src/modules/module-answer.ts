import { types } from "node:util";
import { encodeInert, type HostErrorData, type LiveNumbering, moduleAnswers } from "@vivarium/core";
import type { CallAnswer } from "../system-calls/call-answer.ts";
import { writeText } from "./write-text.ts";

/** What else than a value a call of a host function may come to. */
export type AnswerKind = keyof typeof moduleAnswers;

/** What cannot cross, and why. */
export class Uncrossable {
  readonly message: string;
  readonly isTooLarge: boolean;

  constructor(message: string, isTooLarge: boolean) {
    this.message = message;
    this.isTooLarge = isTooLarge;
  }
}

/** How a value is made ready to cross. */
export interface CrossingOptions {
  readonly limitBytes: number;
  /** The functions of the guest that come back to it. */
  readonly live?: LiveNumbering;
}

/** Bytes that an error, or a number, may take. */
const SMALL_BYTES = 1024 * 1024;

/** The answer that hands a value over. */
export function valueAnswer(value: unknown, options: CrossingOptions): CallAnswer | Uncrossable {
  const result = encodeInert(value, {
    predicates: types,
    name: "the result",
    leavesStacks: true,
    writeText,
    ...options,
  });
  if (result.kind === "encoded") return { result: result.bytes.byteLength, payload: result.bytes };
  return new Uncrossable(result.message, result.kind === "too-large");
}

/** The answer that says that an iteration is over. */
export function doneAnswer(value: unknown, options: CrossingOptions): CallAnswer | Uncrossable {
  const answer = valueAnswer(value, options);
  return answer instanceof Uncrossable || answer.payload === undefined ? answer : marked("done", answer.payload);
}

/** The answer that names something which is kept in the host. */
export function keptAnswer(kind: "promise" | "iterable", number: number): CallAnswer {
  return marked(kind, encodeSmall(number));
}

/** The answer that has the guest throw. */
export function errorAnswer(error: HostErrorData): CallAnswer {
  return marked("error", encodeSmall(error));
}

function encodeSmall(value: unknown): Uint8Array {
  const result = encodeInert(value, { predicates: types, limitBytes: SMALL_BYTES, leavesStacks: true });
  if (result.kind !== "encoded") throw new Error(result.message);
  return result.bytes;
}

function marked(kind: AnswerKind, bytes: Uint8Array): CallAnswer {
  const payload = new Uint8Array(bytes.byteLength + 1);
  payload[0] = moduleAnswers[kind];
  payload.set(bytes, 1);
  return { result: payload.byteLength, payload };
}
