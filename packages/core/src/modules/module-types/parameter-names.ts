import { freeName, isDeclarable } from "./names.ts";

const HEAD: RegExp = /^(?:async\b\s*)?(?:function\b\s*)?\*?\s*(?:[\w$]+\s*)?\(([^)]*)/;
/** A name, and what it is by default; marks before it say that the function does not use it. */
const PARAMETER: RegExp = /^\s*_*([\w$]+)\s*(?:=(.*))?$/s;
/** What holds no comma and no parenthesis. */
const SIMPLE: RegExp = /^\s*[\w$.]+\s*$/;
const LONGEST_HEAD = 2_000;

/**
 * What a function calls its parameters, by its source: those up to the first that is more than a name (a pattern, a rest).
 * It is read, never evaluated.
 */
export function sourceNames(run: (...args: never[]) => unknown): readonly string[] {
  const source = Function.prototype.toString.call(run).slice(0, LONGEST_HEAD);
  const names: string[] = [];
  for (const parameter of (HEAD.exec(source)?.[1] ?? "").split(",")) {
    const [, name, byDefault = "0"] = PARAMETER.exec(parameter) ?? [];
    if (name === undefined) break;
    names.push(name);
    if (!SIMPLE.test(byDefault)) break;
  }
  return names;
}

/** Names that can stand beside each other in a signature; `arg0`, … for those that have none that serves. */
export function parameterNames(wanted: readonly (string | undefined)[]): readonly string[] {
  const names = new Set<string>();
  for (const [index, name] of wanted.entries()) {
    const usable = name !== undefined && isDeclarable(name) ? name : `arg${index}`;
    names.add(freeName(usable, (taken) => names.has(taken)));
  }
  return [...names];
}
