import { StringPrototypeSlice, StringPrototypeStartsWith, setOwn } from "./primordial.ts";
import type { GuestCalls } from "./system-calls.ts";
import { unimplemented } from "./unimplemented.ts";

interface TransformOptions {
  readonly mode?: string;
  readonly filename?: string;
  readonly sourceMap?: boolean;
}

/** Stands where Node's library expects its TypeScript stripper: a module with `transformSync`. */
export function typescriptModule(calls: GuestCalls): (...args: unknown[]) => unknown {
  return (exports) => {
    (exports as Record<string, unknown>)["transformSync"] = (source: string, options?: TransformOptions) => {
      const mode = options?.mode === "transform" ? "transform" : "strip";
      // Stripping keeps every line and column where it was; only transforming needs a map.
      if (mode === "transform" && options?.sourceMap === true) throw unimplemented("typescript", "sourceMap");
      const code = calls.sync("typescript.strip", source, mode, options?.filename ?? "");
      if (typeof code === "string") return { code, map: undefined };
      throw syntaxError(calls.reason() ?? "Invalid TypeScript syntax", options?.filename ?? "");
    };
  };
}

const CODES: readonly (readonly [prefix: string, code: string])[] = [
  ["ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX: ", "UnsupportedSyntax"],
  ["ERR_INVALID_TYPESCRIPT_SYNTAX: ", "InvalidSyntax"],
];

// The shape that Node's library reads: a code of the stripper's, and where the error is.
function syntaxError(reason: string, filename: string): Error {
  let code = "InvalidSyntax";
  let message = reason;
  for (let index = 0; index < CODES.length; index++) {
    const entry = CODES[index];
    if (entry === undefined || !StringPrototypeStartsWith(reason, entry[0])) continue;
    code = entry[1];
    message = StringPrototypeSlice(reason, entry[0].length);
  }
  const error = new Error(message);
  setOwn(error, "code", code);
  setOwn(error, "filename", filename);
  setOwn(error, "startLine", 1);
  setOwn(error, "snippet", "");
  return error;
}
