import { CallFailure } from "../system-calls/call-failure.ts";
import type { Library } from "./library.ts";
import { loadTypeParser, type TypeParser, type TypeParserOptions } from "./type-parser.ts";

/** The longest message of the parser, and the longest lines of source with it, that a guest is told. */
const MESSAGE_MAX = 2_000;
/** Length of the longest source. The parser takes half a second and about 100 MB for one. */
const SOURCE_MAX = 2 * 1024 * 1024;
/** A longer source is its parser's last: WebAssembly never gives back the memory that it has grown to. */
const SOURCE_KEPT = 256 * 1024;

const INVALID = "ERR_INVALID_TYPESCRIPT_SYNTAX";

/** Node's codes for those of the parser. */
const CODES: ReadonlyMap<unknown, string> = new Map([
  ["UnsupportedSyntax", "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX"],
  ["InvalidSyntax", INVALID],
]);

/** One parser per library, of which a cell has one. */
const parsers: WeakMap<Library, TypeParser> = new WeakMap();

/**
 * JavaScript for TypeScript, by the parser that Node carries, in an instance of the cell's own. A source can leave its
 * parser broken, by a trap or an overflow of the stack. Every failure that is not about syntax therefore ends that
 * instance: the next guest gets another one, and the parser of the embedder's Node is never entered.
 */
export function stripTypes(library: Library, source: string, mode: string): string {
  const options = optionsOf(mode);
  if (options === undefined) throw new CallFailure("EINVAL");
  if (source.length > SOURCE_MAX) throw invalid(`the source is longer than ${SOURCE_MAX} characters`);
  const parser = takeParser(library);
  try {
    const { code, map = "" } = parser(source, options);
    if (source.length <= SOURCE_KEPT) parsers.set(library, parser);
    return options.sourceMap ? `${code.length} ${code}${map}` : code;
  } catch (error) {
    const { code, line, message, snippet } = syntaxErrorOf(error);
    if (code === undefined) throw invalid("the parser cannot take the source: it may be nested too deeply");
    if (source.length <= SOURCE_KEPT) parsers.set(library, parser);
    throw new CallFailure("EINVAL", reason(code, line, message, snippet));
  }
}

function optionsOf(mode: string): TypeParserOptions | undefined {
  switch (mode) {
    case "strip":
      return { mode: "strip-only", sourceMap: false, filename: "" };
    case "transform":
    case "transform-map":
      return { mode: "transform", sourceMap: mode !== "transform", filename: "" };
    default:
      return undefined;
  }
}

/** The library's parser, which is to be put back once it has proved sound. */
function takeParser(library: Library): TypeParser {
  const known = parsers.get(library);
  parsers.delete(library);
  if (known !== undefined) return known;
  try {
    return loadTypeParser(library);
  } catch {
    // A guest may call from the very end of the stack.
    throw invalid("the parser cannot be loaded");
  }
}

function invalid(problem: string): CallFailure {
  return new CallFailure("EINVAL", reason(INVALID, 1, problem, ""));
}

/** What the guest takes apart again: the code, the line, how long the message is, the message, the lines that it shows. */
function reason(code: string, line: number, message: string, snippet: string): string {
  return `${code} ${line} ${message.length} ${message}${snippet}`;
}

interface SyntaxFailure {
  readonly code: string | undefined;
  readonly line: number;
  readonly message: string;
  readonly snippet: string;
}

/** The parser throws a record for an error of syntax. Its words are about the guest's source: the guest may hear them. */
function syntaxErrorOf(error: unknown): SyntaxFailure {
  const record: Partial<Record<"code" | "message" | "snippet" | "startLine", unknown>> =
    typeof error === "object" && error !== null ? error : {};
  const text = (value: unknown) => (typeof value === "string" ? value.slice(0, MESSAGE_MAX) : "");
  const { code, message, snippet, startLine } = record;
  const line = Number.isSafeInteger(startLine) ? Number(startLine) : 1;
  return { code: CODES.get(code), line, message: text(message), snippet: text(snippet) };
}
