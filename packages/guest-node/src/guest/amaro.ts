import { setOwn } from "./past-prototypes.ts";
import {
  JSONParse,
  JSONStringify,
  RegExpPrototypeExec,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
} from "./primordial.ts";
import type { GuestCalls } from "./system-calls.ts";

interface TransformOptions {
  readonly mode?: string;
  readonly filename?: string;
  readonly sourceMap?: boolean;
}

/** Stands where Node's library expects its TypeScript stripper: a module with `transformSync`. */
export function typescriptModule(calls: GuestCalls): (...args: unknown[]) => unknown {
  return (exports) => {
    (exports as Record<string, unknown>)["transformSync"] = (source: string, options?: TransformOptions) => {
      const filename = options?.filename ?? "";
      // Stripping keeps every line and column where it was; only transforming needs a map.
      const transforms = options?.mode === "transform";
      const maps = transforms && options?.sourceMap === true;
      const mode = maps ? "transform-map" : transforms ? "transform" : "strip";
      const result = calls.sync("typescript.strip", source, mode, filename);
      if (typeof result !== "string") throw syntaxError(calls.reason() ?? "Invalid TypeScript syntax", filename);
      return maps ? withMap(result, filename) : { code: result, map: undefined };
    };
  };
}

function withMap(result: string, filename: string): { readonly code: string; readonly map: string | undefined } {
  const start = StringPrototypeIndexOf(result, " ") + 1;
  const end = start + Number(StringPrototypeSlice(result, 0, start));
  // The parser is not told the program's name for the source.
  const map = JSONParse(StringPrototypeSlice(result, end)) as { sources: readonly string[] };
  map.sources = [filename];
  return { code: StringPrototypeSlice(result, start, end), map: JSONStringify(map) };
}

/** The stripper's codes for those that the kernel tells. */
const CODES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX: "UnsupportedSyntax",
  ERR_INVALID_TYPESCRIPT_SYNTAX: "InvalidSyntax",
};

const REASON = /^([A-Z_]+) (\d+) (\d+) /;

// The shape that Node's library reads: a code of the stripper's, where the error is, and the lines around it.
function syntaxError(reason: string, filename: string): Error {
  const head = RegExpPrototypeExec(REASON, reason);
  const start = head?.[0]?.length ?? 0;
  const end = head === null ? reason.length : start + Number(head[3]);
  const error = new Error(StringPrototypeSlice(reason, start, end));
  setOwn(error, "code", CODES[head?.[1] ?? ""] ?? "InvalidSyntax");
  setOwn(error, "filename", filename);
  setOwn(error, "startLine", Number(head?.[2] ?? 1));
  setOwn(error, "snippet", StringPrototypeSlice(reason, end));
  return error;
}
