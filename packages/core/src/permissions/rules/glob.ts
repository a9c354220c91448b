import { quote } from "../../errors/describe-value.ts";
import { VivariumError } from "../../errors/vivarium-error.ts";
import { expandBraces } from "./expand-braces.ts";
import { compileWildcards, type Matcher } from "./wildcards.ts";

/**
 * The text comes from the guest, and the time of a match within a component grows with its length to the power of its
 * wildcards: two keep the worst of {@link LONGEST_TEXT} characters within milliseconds.
 */
const MOST_WILDCARDS = 2;
const LONGEST_PATTERN = 4_096;

/** Longest text that a pattern is matched against, in UTF-16 units. Rules do not judge longer ones. */
export const LONGEST_TEXT = 4_096;

/** What a pattern stands for, and the words that name it in an error. */
export interface GlobKind {
  /** The helper that takes the pattern, e.g. `allowPaths()`. */
  readonly permission: string;
  /**
   * Whether `/` separates components, which `*` and `?` do not cross, and `**` stands for any number of them.
   * Otherwise neither pattern nor text holds a slash.
   */
  readonly components: boolean;
  /** Looks at one pattern, its braces expanded; answers what is wrong with it. */
  readonly problemOf: (pattern: string) => string | undefined;
}

/**
 * Compiles patterns into one matcher, which answers whether any of them covers a text as a whole. Matching takes time
 * proportional to the components of text and pattern at most.
 *
 * @throws VivariumError `ERR_INVALID_PERMISSION` for a pattern that cannot be used
 */
export function compileGlobs(patterns: readonly string[], kind: GlobKind): Matcher {
  const matchers = patterns.flatMap((pattern) => compileGlob(pattern, kind));
  return (text) => matchers.some((matches) => matches(text));
}

function compileGlob(pattern: string, kind: GlobKind): Matcher[] {
  const fail = (problem: string): never => {
    const { permission } = kind;
    throw new VivariumError("ERR_INVALID_PERMISSION", { permission, problem: `${problem} in ${quote(pattern)}` });
  };
  if (pattern === "") fail("expected a pattern, got an empty string");
  if (pattern.length > LONGEST_PATTERN) fail(`expected at most ${LONGEST_PATTERN} characters`);
  if (pattern.includes("\0")) fail("a NUL character matches nothing");
  if (pattern.startsWith("!")) fail('"!" does not negate a pattern (combine with not(…) for that)');
  const alternatives = expandBraces(pattern) ?? fail("braces are unbalanced, without a comma or too many");
  return alternatives.map((alternative) => {
    const problem = kind.problemOf(alternative) ?? problemOfWildcards(alternative, kind);
    return problem === undefined ? compileAlternative(alternative, kind, fail) : fail(problem);
  });
}

function problemOfWildcards(pattern: string, kind: GlobKind): string | undefined {
  const plain = pattern.replace(/\\[^/]/gsu, "_");
  if (plain.includes("\\/")) return "a slash needs no backslash";
  if (!kind.components && plain.includes("/")) return "expected no slash";
  for (const component of plain.split("/")) {
    if (component === "**" && kind.components) continue;
    if (component.includes("**")) return kind.components ? '"**" must be a whole component' : '"**" has no meaning';
    if (component.split("*").length - 1 > MOST_WILDCARDS)
      return `expected at most ${MOST_WILDCARDS} "*" in a component`;
  }
  return undefined;
}

const anyComponents: unique symbol = Symbol("**");
type ComponentMatcher = Matcher | typeof anyComponents;

function compileAlternative(pattern: string, kind: GlobKind, fail: (problem: string) => never): Matcher {
  const compile = (component: string): Matcher =>
    compileWildcards(component) ?? fail('a set such as "[a-z]" may hold letters, digits, ".", "_" and "-" only');
  if (!kind.components) return compile(pattern);
  const components = pattern.split("/");
  // By far the most frequent pattern: a directory and all that is beneath it.
  const directory = components.slice(0, -1).join("/");
  if (components.at(-1) === "**" && components.length > 1 && !/[*?[\]\\]/.test(directory)) {
    return (text) => text.startsWith(directory) && (text.length === directory.length || text[directory.length] === "/");
  }
  const matchers = components.map((component) => (component === "**" ? anyComponents : compile(component)));
  return (text) => matchComponents(matchers, text.split("/"));
}

/** A `**` that has taken too little takes one component more; only the last one met so far needs to. */
function matchComponents(pattern: readonly ComponentMatcher[], text: readonly string[]): boolean {
  let at = 0;
  let position = 0;
  let retry: { readonly at: number; position: number } | undefined;
  while (position < text.length) {
    const matcher = pattern[at];
    if (matcher === anyComponents) {
      at += 1;
      retry = { at, position };
    } else if (matcher?.(text[position] ?? "")) {
      at += 1;
      position += 1;
    } else if (retry === undefined) {
      return false;
    } else {
      retry.position += 1;
      ({ at, position } = retry);
    }
  }
  return pattern.slice(at).every((matcher) => matcher === anyComponents);
}
