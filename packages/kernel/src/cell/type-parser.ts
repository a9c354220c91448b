import { Buffer } from "node:buffer";
import { TextDecoder, TextEncoder } from "node:util";
import { compileFunction } from "node:vm";
import type { Library } from "./library.ts";

/** What the parser is asked for; Node gives it the same. */
export interface TypeParserOptions {
  readonly mode: "strip-only" | "transform";
  readonly sourceMap: boolean;
  readonly filename: string;
}

/** Throws `{ code: "InvalidSyntax" | "UnsupportedSyntax", message }` for an error of syntax, else anything. */
export type TypeParser = (
  source: string,
  options: TypeParserOptions,
) => { readonly code: string; readonly map?: string | undefined };

/** The module of Node's library that carries the parser: a CommonJS script with its WebAssembly within. */
const PARSER_ID = "internal/deps/amaro/dist/index";

/** All that this module may require. */
const modules: ReadonlyMap<string, object> = new Map<string, object>([
  ["util", { TextDecoder, TextEncoder }],
  ["node:buffer", { Buffer }],
]);

function requireModule(id: string): object {
  const found = modules.get(id);
  if (found === undefined) throw new Error(`The TypeScript parser requires an unknown module: ${id}`);
  return found;
}

/**
 * A new instance of Node's TypeScript parser, from the text that the Node binary carries, with memory of its own.
 * The first takes tens of milliseconds, later ones a few: V8 keeps the compiled WebAssembly.
 *
 * @throws an `Error` when the library has no such parser
 */
export function loadTypeParser(library: Library): TypeParser {
  const source = library.source(PARSER_ID);
  if (source === undefined) throw new Error("The library has no TypeScript parser");
  const run = compileFunction(source, ["exports", "require", "module"], { filename: `node:${PARSER_ID}` });
  const module: { exports: unknown } = { exports: {} };
  run(module.exports, requireModule, module);
  if (!hasParser(module.exports)) throw new Error("The TypeScript parser has no transformSync");
  return module.exports.transformSync;
}

function hasParser(exports: unknown): exports is { readonly transformSync: TypeParser } {
  return (
    typeof exports === "object" &&
    exports !== null &&
    "transformSync" in exports &&
    typeof exports.transformSync === "function"
  );
}
