import { ArrayPrototypePush } from "../past-prototypes.ts";
import { escapeRegExp } from "./escape-characters.ts";
import { FULL_WILDCARD, type PatternOptions, type PatternPart, segmentWildcard } from "./pattern-parts.ts";

/** The source of the expression that matches what a pattern matches, and what its groups are called, in order. */
export function regExpOf(
  parts: readonly PatternPart[],
  options: PatternOptions,
): { readonly source: string; readonly names: readonly string[] } {
  const names: string[] = [];
  let source = "^";
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    if (part === undefined) continue;
    if (part.type !== "fixed-text") ArrayPrototypePush(names, part.name);
    source += sourceOf(part, options);
  }
  return { source: `${source}$`, names };
}

function sourceOf(part: PatternPart, options: PatternOptions): string {
  const { modifier } = part;
  if (part.type === "fixed-text") {
    const text = escapeRegExp(part.value);
    return modifier === "" ? text : `(?:${text})${modifier}`;
  }
  const expression = expressionOf(part, options);
  const prefix = escapeRegExp(part.prefix);
  const suffix = escapeRegExp(part.suffix);
  const isRepeated = modifier === "*" || modifier === "+";
  if (prefix === "" && suffix === "") {
    return isRepeated ? `((?:${expression})${modifier})` : `(${expression})${modifier}`;
  }
  if (!isRepeated) return `(?:${prefix}(${expression})${suffix})${modifier}`;
  const optional = modifier === "*" ? "?" : "";
  return `(?:${prefix}((?:${expression})(?:${suffix}${prefix}(?:${expression}))*)${suffix})${optional}`;
}

function expressionOf(part: PatternPart, options: PatternOptions): string {
  if (part.type === "segment-wildcard") return segmentWildcard(options);
  return part.type === "full-wildcard" ? FULL_WILDCARD : part.value;
}
