import { sliceString } from "./intrinsics.ts";

const LONGEST_THROWN = 200;

/** What a getter threw, in a few words; looking at it may throw again. */
export function describeThrown(error: unknown): string {
  if (typeof error === "string") return sliceString(error, 0, LONGEST_THROWN);
  try {
    const message =
      typeof error === "object" && error !== null ? (error as { readonly message?: unknown }).message : undefined;
    return typeof message === "string" ? sliceString(message, 0, LONGEST_THROWN) : "a value that is no error";
  } catch {
    return "a value that is no error";
  }
}
