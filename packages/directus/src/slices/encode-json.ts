import { assertExpanse, type Expanse } from "../api/expanse.ts";
import { encodeInSlices } from "./encode-in-slices.ts";
import { jsonTexts } from "./json-texts.ts";

/** What is written at once: it takes less than a millisecond. */
const SMALL: Expanse = { values: 1000, characters: 2 ** 14 };

/** Of what is written at all: nobody wants more of an extension. */
const MOST_VALUES = 1_000_000;
const MOST_BYTES = 32 * 2 ** 20;

/**
 * A stranger's data as JSON in UTF-8, as `JSON.stringify` has it. The host goes on meanwhile where it takes long.
 *
 * @throws TypeError (by rejection) for what JSON cannot have; RangeError for more than a million values or 32 MiB
 */
export async function encodeJson(data: unknown): Promise<readonly Uint8Array[]> {
  if (isSmall(data)) return [Buffer.from(JSON.stringify(data) ?? "")];
  return encodeInSlices(jsonTexts(data, MOST_VALUES), MOST_BYTES);
}

function isSmall(data: unknown): boolean {
  try {
    assertExpanse(data, SMALL);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
