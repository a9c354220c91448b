import { RegExpPrototypeExec, StringPrototypeSlice, setOwn } from "./primordial.ts";
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
