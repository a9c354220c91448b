import { eastAsianWidth } from "get-east-asian-width";
import {
  RegExpPrototypeExec,
  StringPrototypeCodePointAt,
  StringPrototypeNormalize,
  StringPrototypeSlice,
} from "./primordial.ts";

const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;

/** Columns that a string takes in a terminal, as ICU counts them for Node. */
export function stringWidth(text: string, ambiguousAsWide: boolean, _expandEmoji: boolean): number {
  const normal = StringPrototypeNormalize(text, "NFC");
  let width = 0;
  for (let index = 0; index < normal.length; ) {
    const point = StringPrototypeCodePointAt(normal, index) ?? 0;
    const length = point > 0xffff ? 2 : 1;
    width += pointWidth(point, normal, index, length, ambiguousAsWide);
    index += length;
  }
  return width;
}

function pointWidth(point: number, text: string, index: number, length: number, ambiguousAsWide: boolean): number {
  if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return 0;
  if (point < 0x300) return 1;
  const character = StringPrototypeSlice(text, index, index + length);
  if (RegExpPrototypeExec(ZERO_WIDTH, character) !== null) return 0;
  if (RegExpPrototypeExec(EMOJI, character) !== null) return 2;
  return eastAsianWidth(point, { ambiguousAsWide });
}
