import picomatch from "picomatch";

export type Matcher = (text: string) => boolean;

/**
 * Compiles one text without slashes: `*` stands for any characters, `?` for one, `[a-z]` for one of a set; a backslash
 * takes the meaning from the next character, every other character stands for itself. `undefined` when a set is malformed.
 */
export function compileWildcards(pattern: string): Matcher | undefined {
  if (!/[*?[\]\\]/.test(pattern)) return (text) => text === pattern;
  const glob = escapeLiterals(pattern);
  if (glob === undefined) return undefined;
  // `s`: a name may hold a newline. `debug`: a glob that does not compile throws instead of matching nothing.
  const expression = picomatch.makeRe(glob, {
    dot: true,
    flags: "s",
    debug: true,
    literalBrackets: false,
    nobrace: true,
    noextglob: true,
    nonegate: true,
    windows: false,
  });
  return (text) => expression.test(text);
}

/** Escapes what picomatch would read as more than the documented signs. */
function escapeLiterals(pattern: string): string | undefined {
  const signs = /\\(.)|\[((?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9._-])+)\]|([[\]])|([^A-Za-z0-9*?._-])/gsu;
  let malformed = false;
  const glob = pattern.replace(signs, (sign: string, quoted?: string, set?: string, bracket?: string) => {
    if (bracket !== undefined) malformed = true;
    if (quoted !== undefined) return escapeCharacter(quoted);
    return set === undefined ? escapeCharacter(sign) : sign;
  });
  return malformed ? undefined : glob;
}

function escapeCharacter(character: string): string {
  // picomatch takes any number of quoted backslashes for one; a set of one it leaves as it is.
  if (character === "\\") return "[\\\\]";
  return /[A-Za-z0-9]/.test(character) || character.charCodeAt(0) > 127 ? character : `\\${character}`;
}
