import { STEP, WIDTH } from "./layout.ts";
import type { Parameter } from "./parameters.ts";
import { commentLines } from "./print-comment.ts";
import { printAfter, printFlat } from "./print-type.ts";
import type { Result } from "./result.ts";

/** What stands before the parameters of a function, these, and its result. */
export function printSignature(
  start: string,
  parameters: readonly Parameter[],
  result: Result,
  indent: string,
): string {
  const list = printParameters(parameters, indent, start.length + (printFlat(result.type) ?? "").length);
  return printAfter(`${start}${list}: `, result.type, indent);
}

/** The lines of a function's comment: what it does, what it takes, what comes of it. */
export function signatureComment(
  description: string | undefined,
  parameters: readonly Parameter[],
  result: Result,
): readonly string[] {
  const told = parameters.flatMap(({ name, comment }) => tag(`@param ${name}`, comment));
  return [...commentLines(description ?? ""), ...told, ...tag("@returns", result.comment)];
}

function tag(name: string, [first, ...others]: readonly string[]): readonly string[] {
  return first === undefined ? [] : [`${name} ${first}`, ...others.map((line) => (line === "" ? "" : STEP + line))];
}

/** @param taken characters of the line that other things take */
function printParameters(parameters: readonly Parameter[], indent: string, taken: number): string {
  const flat = parameters.map((parameter) => nameOf(parameter) + (printFlat(parameter.type) ?? "\n")).join(", ");
  if (flat === "" || (!flat.includes("\n") && taken + flat.length + "(): ".length < WIDTH)) return `(${flat})`;
  const inner = indent + STEP;
  const lines = parameters.map((parameter) => `${printAfter(inner + nameOf(parameter), parameter.type, inner)},\n`);
  return `(\n${lines.join("")}${indent})`;
}

function nameOf({ name, isOptional, isRest }: Parameter): string {
  return `${isRest ? "..." : ""}${name}${isOptional ? "?" : ""}: `;
}
