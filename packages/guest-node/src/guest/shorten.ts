import { StringPrototypeSlice } from "./primordial.ts";

/** A text of at most `longest` characters as it is; of a longer one the beginning, and how much more there was. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${StringPrototypeSlice(text, 0, longest)}… and ${text.length - longest} more characters`;
}
