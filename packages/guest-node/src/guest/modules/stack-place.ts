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

/**
 * Has an error that came by promise say where the program had called. What it cannot be given, it does without: whoever
 * reads a stack runs the program's `Error.prepareStackTrace`, which may throw.
 */
export function placed(error: unknown, place: StackPlace): unknown {
  try {
    placeStack(error, place);
  } catch {
    // Whoever waits for the error gets it as it is.
  }
  return error;
}

function placeStack(error: unknown, place: StackPlace): void {
  if (typeof error !== "object" || error === null) return;
  const { stack } = error as Error;
  const frames = place.stack;
  if (typeof stack !== "string" || typeof frames !== "string") return;
  const at = StringPrototypeIndexOf(frames, "\n    at ");
  if (at < 0) return;
  const ends = StringPrototypeIndexOf(stack, "\n    at ");
  const head = ends < 0 ? stack : StringPrototypeSlice(stack, 0, ends);
  defineOwn(error, "stack", head + StringPrototypeSlice(frames, at));
}
