import type { GuestCalls } from "./system-calls.ts";

interface TransformOptions {
  readonly mode?: string;
  readonly filename?: string;
}

/** Stands where Node's library expects its TypeScript stripper: a module with `transformSync`. */
export function typescriptModule(calls: GuestCalls): (...args: unknown[]) => unknown {
  return (exports) => {
    (exports as Record<string, unknown>)["transformSync"] = (source: string, options?: TransformOptions) => {
      const mode = options?.mode === "transform" ? "transform" : "strip";
      const code = calls.sync("typescript.strip", source, mode, options?.filename ?? "");
      if (typeof code === "string") return { code, map: undefined };
      throw syntaxError(calls.reason() ?? "Invalid TypeScript syntax", options?.filename ?? "");
    };
  };
}

// The shape that Node's library reads: a code of its own, and where the error is.
function syntaxError(message: string, filename: string): Error {
  const error = new Error(message) as Error & Record<string, unknown>;
  error["code"] = "InvalidSyntax";
  error["filename"] = filename;
  error["startLine"] = 1;
  error["snippet"] = "";
  return error;
}
