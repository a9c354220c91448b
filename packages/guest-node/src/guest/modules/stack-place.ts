import { defineOwn } from "../past-prototypes.ts";
import { StringPrototypeIndexOf, StringPrototypeSlice } from "../primordial.ts";

const { captureStackTrace } = Error as typeof Error & { captureStackTrace(target: object, above: Function): void };

/** Where the program is, for an error that it will be told of later. */
export interface StackPlace {
  readonly stack?: string;
}

/** Remembers where the program is: V8 writes it down when it is first read. */
export function stackPlace(): StackPlace {
  const place = {};
  captureStackTrace(place, stackPlace);
  return place;
}

/** Has an error that came by promise say where the program had called. What it cannot be given, it does without. */
export function placed(error: unknown, place: StackPlace): unknown {
  if (typeof error !== "object" || error === null) return error;
  const { stack } = error as Error;
  const frames = place.stack;
  if (typeof stack !== "string" || typeof frames !== "string") return error;
  const at = StringPrototypeIndexOf(frames, "\n    at ");
  if (at < 0) return error;
  const ends = StringPrototypeIndexOf(stack, "\n    at ");
  const head = ends < 0 ? stack : StringPrototypeSlice(stack, 0, ends);
  defineOwn(error, "stack", head + StringPrototypeSlice(frames, at));
  return error;
}
