import { isUint8Array } from "node:util/types";
import { PluginError } from "../../errors/plugin-error.ts";
import { copyJson } from "../../manifest/json-copy.ts";

/** What comes before a value says what it is. */
const JSON_TEXT = 0;
const BYTES = 1;

/** Of one value in bytes. */
const LONGEST = 16 * 2 ** 20;
/** Of one value as JSON, in characters: it is written and read at one go, on the thread that all plugins share. */
const LONGEST_JSON = 2 ** 20;
const DEEPEST = 100;
/** As many as one call can bring: one that brings the same again and again would be written out. */
const MOST_VALUES = 10_000;

/**
 * A value of a plugin's as bytes: JSON in UTF-8, or a `Uint8Array` as it is, after one byte that says which.
 *
 * @throws PluginError `ERR_PLUGIN_ARGUMENT` for what is neither
 */
export function encodeValue(value: unknown, plugin: string): Uint8Array {
  if (isUint8Array(value)) {
    if (value.byteLength > LONGEST) throw refused(`at most ${LONGEST} bytes`, plugin);
    return Buffer.concat([Uint8Array.of(BYTES), value]);
  }
  const { copy, issues } = copyJson(value, { most: LONGEST_JSON, deepest: DEEPEST, values: MOST_VALUES });
  const [issue] = issues;
  if (issue !== undefined) throw refused(`${issue.message}${issue.field === "" ? "" : ` (${issue.field})`}`, plugin);
  if (copy === undefined) throw refused("JSON or bytes, not undefined", plugin);
  return Buffer.concat([Uint8Array.of(JSON_TEXT), Buffer.from(JSON.stringify(copy))]);
}

/**
 * The value that bytes stand for.
 *
 * @throws Error for what `encodeValue` has not made
 */
export function decodeValue(bytes: Uint8Array): unknown {
  const content = bytes.subarray(1);
  if (bytes[0] === BYTES) return new Uint8Array(content);
  if (bytes[0] === JSON_TEXT) return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  throw new Error("What is stored here was not stored by a plugin");
}

function refused(expected: string, plugin: string): PluginError {
  return new PluginError("ERR_PLUGIN_ARGUMENT", `A value that can be kept is ${expected}`, { plugin });
}
