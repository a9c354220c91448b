import picomatch from "picomatch";
import { quote } from "../../errors/describe-value.ts";
import { VivariumError } from "../../errors/vivarium-error.ts";
import { expandBraces } from "./expand-braces.ts";

/**
 * Matching time grows with the length of the text to the power of the wildcards, and the text comes from the guest.
 * Two of a kind keep the worst text of {@link LONGEST_TEXT} characters within milliseconds.
 */
const MOST_WILDCARDS = 2;
const LONGEST_PATTERN = 4_096;

/** Longest text that a pattern is matched against, in UTF-16 units. Rules do not judge longer ones. */
export const LONGEST_TEXT = 4_096;

export type Matcher = (text: string) => boolean;

/** What a pattern stands for, and the words that name it in an error. */
export interface GlobKind {
  /** The helper that takes the pattern, e.g. `allowPaths()`. */
  readonly permission: string;
  /** Whether `/` separates components, which `*` and `?` do not cross. Without it there is no `**`. */
  readonly components: boolean;
  /** Looks at one pattern, its braces expanded; answers what is wrong with it. */
  readonly problemOf: (pattern: string) => string | undefined;
}

/**
 * Compiles patterns into one matcher, which answers whether any of them covers a text as a whole.
 *
 * `*` stands for any characters, `?` for one, `[a-z]` for one of a set, `{a,b}` for either, `**` as a whole component
 * for any number of components (none included). A backslash takes the meaning from the next character; every other
 * character stands for itself. Case counts. A leading dot is a character like any other.
 *
 * @throws VivariumError `ERR_INVALID_PERMISSION` for a pattern that cannot be used
 */
export function compileGlobs(patterns: readonly string[], kind: GlobKind): Matcher {
  const expressions = patterns.flatMap((pattern) => compileGlob(pattern, kind));
  return (text) => expressions.some((expression) => expression.test(text));
}

function compileGlob(pattern: string, kind: GlobKind): RegExp[] {
  const fail = (problem: string): never => {
    throw new VivariumError("ERR_INVALID_PERMISSION", {
      permission: kind.permission,
      problem: `${problem} in ${quote(pattern)}`,
    });
  };
  if (pattern === "") fail("expected a pattern, got an empty string");
  if (pattern.length > LONGEST_PATTERN) fail(`expected at most ${LONGEST_PATTERN} characters`);
  if (pattern.includes("\0")) fail("a NUL character matches nothing");
  if (pattern.startsWith("!")) fail('"!" does not negate a pattern: combine with not(…) instead,');
  const alternatives = expandBraces(pattern) ?? fail("braces are unbalanced, empty or too many");
  return alternatives.map((alternative) => {
    const problem = kind.problemOf(alternative) ?? problemOfWildcards(alternative, kind);
    if (problem !== undefined) fail(problem);
    return toExpression(
      escapeLiterals(alternative) ?? fail('a set such as "[a-z]" may hold letters, digits, ".", "_" and "-" only'),
    );
  });
}

function toExpression(glob: string): RegExp {
  // `s`: a name may hold a newline. `debug`: a glob that does not compile throws instead of matching nothing.
  return picomatch.makeRe(glob, {
    dot: true,
    flags: "s",
    debug: true,
    literalBrackets: false,
    nobrace: true,
    noextglob: true,
    nonegate: true,
    windows: false,
  });
}

/** Escapes what picomatch would read as more than the documented signs; `undefined` when a set is malformed. */
function escapeLiterals(pattern: string): string | undefined {
  const sets = /\\(.)|\[((?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9._-])+)\]|([[\]])|([^A-Za-z0-9/*?._-])/gsu;
  let malformed = false;
  const escaped = pattern.replace(sets, (sign: string, quoted?: string, set?: string, bracket?: string) => {
    if (bracket !== undefined) malformed = true;
    if (quoted !== undefined) return escapeCharacter(quoted);
    return set === undefined ? escapeCharacter(sign) : sign;
  });
  return malformed ? undefined : escaped;
}

function escapeCharacter(character: string): string {
  return /[A-Za-z0-9/]/.test(character) || character.charCodeAt(0) > 127 ? character : `\\${character}`;
}

function problemOfWildcards(pattern: string, kind: GlobKind): string | undefined {
  const plain = pattern.replace(/\\./gs, "_");
  const components = kind.components ? plain.split("/") : [plain];
  if (components.filter((component) => component === "**").length > MOST_WILDCARDS) {
    return `expected at most ${MOST_WILDCARDS} "**"`;
  }
  for (const component of components) {
    if (component === "**" && kind.components) continue;
    if (component.includes("**")) return kind.components ? '"**" must be a whole component' : '"**" has no meaning';
    if (component.split("*").length - 1 > MOST_WILDCARDS)
      return `expected at most ${MOST_WILDCARDS} "*" in a component`;
  }
  return undefined;
}
