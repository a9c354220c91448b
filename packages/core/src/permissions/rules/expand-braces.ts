/** Most patterns that the braces of one may stand for. */
const MOST_ALTERNATIVES = 256;

/**
 * The patterns that a pattern with braces stands for: `/{a,b{1,2}}/*` → `/a/*`, `/b1/*`, `/b2/*`. A backslash takes the
 * meaning from the next character. `undefined` when braces are unbalanced, hold no comma, or stand for too many.
 */
export function expandBraces(pattern: string): readonly string[] | undefined {
  const opening = findUnquoted(pattern, 0, "{}");
  if (opening === -1) return [pattern];
  const group = pattern[opening] === "{" ? readGroup(pattern, opening) : undefined;
  if (group === undefined || group.parts.length < 2) return undefined;
  const alternatives: string[] = [];
  for (const part of group.parts) {
    const expanded = expandBraces(pattern.slice(0, opening) + part + pattern.slice(group.end));
    if (expanded === undefined || alternatives.length + expanded.length > MOST_ALTERNATIVES) return undefined;
    alternatives.push(...expanded);
  }
  return alternatives;
}

function readGroup(pattern: string, opening: number): { parts: string[]; end: number } | undefined {
  const parts: string[] = [];
  let depth = 0;
  let start = opening + 1;
  for (let at = opening; at !== -1; at = findUnquoted(pattern, at + 1, "{},")) {
    const sign = pattern[at];
    if (sign === "{") depth += 1;
    if (sign === "}") depth -= 1;
    if ((sign === "," && depth === 1) || depth === 0) {
      parts.push(pattern.slice(start, at));
      start = at + 1;
    }
    if (depth === 0) return { parts, end: at + 1 };
  }
  return undefined;
}

function findUnquoted(pattern: string, from: number, signs: string): number {
  for (let at = from; at < pattern.length; at += 1) {
    const sign = pattern[at] ?? "";
    if (sign === "\\") at += 1;
    else if (signs.includes(sign)) return at;
  }
  return -1;
}
