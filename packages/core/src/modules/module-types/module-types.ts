import type { HostModule } from "../define-module.ts";
import { type HostModules, isSourceModule, type ProvidedModule } from "../provided-module.ts";
import { readModules } from "../read-modules.ts";
import { dedent, indented, joinBlocks, STEP } from "./layout.ts";
import { type Declared, NamedTypes } from "./named-types.ts";
import { stringLiteral } from "./names.ts";
import { commentLines, printComment } from "./print-comment.ts";
import { printExport } from "./print-member.ts";
import { printAfter, printProperties } from "./print-type.ts";

/**
 * The declarations of what a guest sees of its host's modules, for the editor of whoever writes guests, or for the prompt
 * of a language model: a file `.d.ts`, with one `declare module` for each.
 *
 * A function is told by its `declaration`; else by its schemas, where these can say what they take as a JSON Schema (the
 * extension of Standard Schema for that: zod has it, arktype has it, valibot's comes from `@valibot/to-json-schema`). Of
 * what has neither, nothing is known: `unknown`. Whether a parameter may be left out is asked of its schema, which is
 * given `undefined`.
 *
 * @returns TypeScript; empty, if there are no modules
 * @throws VivariumError `ERR_INVALID_MODULE`
 */
export function moduleTypes(modules: HostModules): string {
  return [...readModules(modules)].map(([name, module]) => printModule(name, module)).join("\n");
}

function printModule(name: string, module: ProvidedModule): string {
  const comment = printComment(commentLines(module.description ?? ""), "");
  const specifier = stringLiteral(name);
  // Of code nothing is known that is not declared: whatever is imported of it is `any`.
  if (isSourceModule(module) && module.declaration === undefined) return `${comment}declare module ${specifier};\n`;
  const body =
    isSourceModule(module) || module.declaration !== undefined ? declared(module) : printBody(module, specifier);
  return `${comment}declare module ${specifier} {\n${body}}\n`;
}

function declared({ declaration = "" }: ProvidedModule): string {
  return `${indented(dedent(declaration), STEP)}\n`;
}

function printBody({ members }: HostModule, specifier: string): string {
  const types = new NamedTypes();
  const names = new Set(members.map(({ name }) => name));
  const exported = members.map((member) => printExport(member, types, (name) => names.has(name)));
  const declared = [...types.finish()].map(([name, type]) => printDeclared(name, type));
  return joinBlocks([...declared, ...exported, `${STEP}export * as default from ${specifier};\n`]);
}

function printDeclared(name: string, { type, comment }: Declared): string {
  const declaration =
    type.kind === "object"
      ? `${STEP}export interface ${name} {\n${printProperties(type, STEP + STEP)}${STEP}}\n`
      : `${printAfter(`${STEP}export type ${name} = `, type, STEP)};\n`;
  return printComment(comment, STEP) + declaration;
}
