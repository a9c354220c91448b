import { ObjectDefineProperty, StringPrototypeSplit } from "./past-prototypes.ts";
import {
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  StringPrototypeTrim,
} from "./primordial.ts";

/**
 * Reads the format of `.env` files as Node documents it for `util.parseEnv`: `KEY=value` lines, `export ` before a key,
 * `#` comments, quotes (which may span lines), `\n` in double quotes.
 */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const result: Record<string, string> = {};
  let rest = withoutCarriageReturns(text);
  while (rest !== "") {
    const lineEnd = endOfLine(rest);
    const line = StringPrototypeTrim(StringPrototypeSlice(rest, 0, lineEnd));
    const equals = StringPrototypeIndexOf(rest, "=");
    if (line === "" || StringPrototypeStartsWith(line, "#") || equals < 0 || equals > lineEnd) {
      rest = StringPrototypeSlice(rest, lineEnd + 1);
      continue;
    }
    let key = StringPrototypeTrim(StringPrototypeSlice(rest, 0, equals));
    if (StringPrototypeStartsWith(key, "export ")) key = StringPrototypeTrim(StringPrototypeSlice(key, 7));
    if (key === "") {
      rest = StringPrototypeSlice(rest, lineEnd + 1);
      continue;
    }
    const { value, end } = readValue(rest, equals + 1);
    // A key may be called `__proto__`.
    ObjectDefineProperty(result, key, { value, writable: true, enumerable: true, configurable: true });
    rest = StringPrototypeSlice(rest, end);
  }
  return result;
}

function withoutCarriageReturns(text: string): string {
  const parts = StringPrototypeSplit(text, "\r\n");
  let joined = parts[0] ?? "";
  for (let index = 1; index < parts.length; index++) joined += `\n${parts[index] ?? ""}`;
  return joined;
}

function endOfLine(text: string, from = 0): number {
  const end = StringPrototypeIndexOf(text, "\n", from);
  return end < 0 ? text.length : end;
}

function readValue(text: string, from: number): { readonly value: string; readonly end: number } {
  let start = from;
  while (text[start] === " " || text[start] === "\t") start++;
  const lineEnd = endOfLine(text, start);
  const quote = text[start];
  if (quote === '"' || quote === "'" || quote === "`") {
    const close = StringPrototypeIndexOf(text, quote, start + 1);
    if (close > 0) {
      const quoted = StringPrototypeSlice(text, start + 1, close);
      return { value: quote === '"' ? withLineBreaks(quoted) : quoted, end: endOfLine(text, close) + 1 };
    }
  }
  const line = StringPrototypeSlice(text, start, lineEnd);
  const comment = StringPrototypeIndexOf(line, "#");
  const value = comment < 0 ? line : StringPrototypeSlice(line, 0, comment);
  return { value: StringPrototypeTrim(value), end: lineEnd + 1 };
}

function withLineBreaks(text: string): string {
  const parts = StringPrototypeSplit(text, "\\n");
  let joined = parts[0] ?? "";
  for (let index = 1; index < parts.length; index++) joined += `\n${parts[index] ?? ""}`;
  return joined;
}
