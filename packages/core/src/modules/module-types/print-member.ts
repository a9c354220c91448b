import type { ModuleMember } from "../define-module.ts";
import { dedent, joinBlocks, STEP } from "./layout.ts";
import type { NamedTypes } from "./named-types.ts";
import { freeName, isDeclarable, methodName, propertyName } from "./names.ts";
import { parametersOf } from "./parameters.ts";
import { commentLines, printComment } from "./print-comment.ts";
import { printSignature, signatureComment } from "./print-signature.ts";
import { printAfter } from "./print-type.ts";
import { resultOf } from "./result.ts";
import { typeOfData } from "./type-of-data.ts";

/** What a declaration begins with, up to the name. */
interface Start {
  /** Before the parenthesis of a function. */
  readonly method: string;
  /** Before the colon of a type. */
  readonly value: string;
}

/**
 * A member of a module, exported: under an alias, if its name is a word of the language.
 *
 * @param isTaken whether a name is one of the module's
 */
export function printExport(member: ModuleMember, types: NamedTypes, isTaken: (name: string) => boolean): string {
  const { name } = member;
  if (isDeclarable(name)) {
    return print(
      member,
      { method: `${STEP}export function ${name}`, value: `${STEP}export const ${name}` },
      STEP,
      types,
    );
  }
  const alias = freeName(`${name}_`, isTaken);
  const declared = print(member, { method: `${STEP}function ${alias}`, value: `${STEP}const ${alias}` }, STEP, types);
  return `${declared}${STEP}export { ${alias} as ${name} };\n`;
}

function printInObject(member: ModuleMember, indent: string, types: NamedTypes): string {
  const modifier = member.kind === "constant" ? "readonly " : "";
  const value = `${indent}${modifier}${propertyName(member.name)}`;
  return print(member, { method: indent + methodName(member.name), value }, indent, types);
}

function print(member: ModuleMember, { method, value }: Start, indent: string, types: NamedTypes): string {
  switch (member.kind) {
    case "constant":
      return `${printAfter(`${value}: `, typeOfData(member.value), indent)};\n`;
    case "namespace": {
      const members = member.members.map((inner) => printInObject(inner, indent + STEP, types));
      return `${value}: {\n${joinBlocks(members)}${indent}};\n`;
    }
    case "function":
      return printFunction(member, { method, value }, indent, types);
  }
}

type FunctionMember = Extract<ModuleMember, { readonly kind: "function" }>;

function printFunction(member: FunctionMember, { method, value }: Start, indent: string, types: NamedTypes): string {
  const { definition, path } = member;
  const { declaration, description } = definition;
  if (declaration !== undefined) {
    const lines = dedent(declaration.replace(/[;\s]+$/, ""));
    return `${printComment(commentLines(description ?? ""), indent)}${value}: ${lines.join(`\n${indent}`)};\n`;
  }
  const parameters = parametersOf(definition, path, types);
  const result = resultOf(definition, path, types);
  const comment = printComment(signatureComment(description, parameters, result), indent);
  return `${comment}${printSignature(method, parameters, result, indent)};\n`;
}
