import { dedent, STEP, WIDTH } from "./layout.ts";
import { propertyName } from "./names.ts";
import { printComment } from "./print-comment.ts";
import { type PropertyNode, STRING, type TypeNode } from "./type-node.ts";

type NodeOf<Kind extends TypeNode["kind"]> = Extract<TypeNode, { readonly kind: Kind }>;

/** How the parts of a type are laid out. */
interface Layout {
  readonly indent: string;
  readonly part: (part: TypeNode) => string;
  readonly object: (type: NodeOf<"object">) => string;
}

/**
 * A type as text: in one line where it fits and holds no comment, else laid out over several.
 *
 * @param indent of the line that it begins in
 * @param column at which it begins
 */
function printType(type: TypeNode, indent: string, column: number): string {
  const flat = printFlat(type);
  return flat !== undefined && column + flat.length < WIDTH ? flat : printBroken(type, indent, column);
}

/** What stands before a type, and the type: it may begin in the next line. */
export function printAfter(start: string, type: TypeNode, indent: string): string {
  return join(start, printType(type, indent, start.length - start.lastIndexOf("\n") - 1));
}

/** A type in one line; undefined if it does not go into one. */
export function printFlat(type: TypeNode): string | undefined {
  const flat = print(type, flatLayout);
  return flat.includes("\n") ? undefined : flat;
}

/** Properties of an object, each with its comment, in lines of their own. */
export function printProperties({ properties, isOpen }: NodeOf<"object">, indent: string): string {
  const lines = properties.map(({ name, type, isOptional, comment }) => {
    const start = `${indent}${propertyName(name)}${isOptional ? "?" : ""}: `;
    return `${printComment(comment, indent)}${printAfter(start, type, indent)};\n`;
  });
  return [...lines, ...(isOpen === true ? [`${indent}[key: string]: unknown;\n`] : [])].join("");
}

const flatLayout: Layout = {
  indent: "",
  part: (part) => print(part, flatLayout),
  object: ({ properties, isOpen }) => {
    if (properties.some(({ comment }) => comment.length > 0)) return "\n";
    const flat = properties.map(flatProperty).concat(isOpen === true ? ["[key: string]: unknown"] : []);
    return flat.length === 0 ? "{}" : `{ ${flat.join("; ")} }`;
  },
};

function flatProperty({ name, type, isOptional }: PropertyNode): string {
  return `${propertyName(name)}${isOptional ? "?" : ""}: ${print(type, flatLayout)}`;
}

function printBroken(type: TypeNode, indent: string, column: number): string {
  const inner = indent + STEP;
  const lineOf = (part: TypeNode): string =>
    printWithin(part, type, { ...layout, part: (whole) => printType(whole, inner + STEP, inner.length + "| ".length) });
  const layout: Layout = {
    indent,
    part: (part) => enclose(printType(part, indent, column), indent),
    object: (object) => `{\n${printProperties(object, inner)}${indent}}`,
  };
  if (type.kind === "union") return type.members.map((member) => `\n${inner}| ${lineOf(member)}`).join("");
  return print(type, layout);
}

/** Text after text: a union over several lines begins with a break. */
function join(start: string, printed: string): string {
  return (printed.startsWith("\n") ? start.trimEnd() : start) + printed;
}

function joinAll([first = "", ...others]: readonly string[]): string {
  return others.reduce((start, printed) => join(`${start}, `, printed), first);
}

/** Such a union ends in its last line: what it stands in ends in a line of its own then. */
function enclose(printed: string, indent: string): string {
  return printed.startsWith("\n") ? `${printed}\n${indent}` : printed;
}

function print(type: TypeNode, layout: Layout): string {
  const within = (part: TypeNode): string => printWithin(part, type, layout);
  switch (type.kind) {
    case "text":
      return type.text;
    case "name":
      return type.name;
    case "raw":
      return dedent(type.text).join(`\n${layout.indent}`);
    case "array":
      return `${type.isReadonly === true ? "readonly " : ""}${within(type.element)}[]`;
    case "tuple":
      return printTuple(type, layout);
    case "object":
      return layout.object(type);
    case "record":
      return printRecord(type, layout);
    case "generic":
      return printGeneric(type.name, type.args, layout);
    case "union":
      return type.members.map(within).join(" | ");
    case "intersection":
      return type.members.map(within).join(" & ");
  }
}

function printTuple(type: NodeOf<"tuple">, layout: Layout): string {
  const within = (part: TypeNode): string => printWithin(part, type, layout);
  const elements = type.elements.map((element, index) =>
    index < type.required ? layout.part(element) : `${within(element)}?`,
  );
  const rest = type.rest === undefined ? [] : [`...${within(type.rest)}[]`];
  return `${type.isReadonly === true ? "readonly " : ""}[${joinAll([...elements, ...rest])}]`;
}

function printGeneric(name: string, args: readonly TypeNode[], layout: Layout): string {
  return `${name}<${joinAll(args.map(layout.part))}>`;
}

/** An alias must not lead to itself by `Record`: where its values are declared by name, it is written out. */
function printRecord(type: NodeOf<"record">, layout: Layout): string {
  if (!mentionsName(type.value)) {
    const record = printGeneric("Record", [type.key, type.value], layout);
    return type.isPartial === true ? `Partial<${record}>` : record;
  }
  const key = type.key === STRING ? "key: string" : join("key in ", layout.part(type.key));
  return `${join(`{ [${key}]${type.isPartial === true ? "?" : ""}: `, layout.part(type.value))} }`;
}

function mentionsName(type: TypeNode): boolean {
  return JSON.stringify(type).includes('"kind":"name"');
}

/** In parentheses, where the type around it would tear it apart. */
function printWithin(part: TypeNode, whole: TypeNode, { part: printPart }: Layout): string {
  const printed = printPart(part);
  return needsParentheses(part, whole) ? `(${printed})` : printed;
}

function needsParentheses(part: TypeNode, whole: TypeNode): boolean {
  if (part.kind === "raw") return !/^[\w.$]+$/.test(part.text.trim());
  if (whole.kind === "union") return false;
  if (part.kind === "union" || part.kind === "intersection")
    return whole.kind !== "intersection" || part.kind === "union";
  return (part.kind === "array" || part.kind === "tuple") && part.isReadonly === true && whole.kind !== "intersection";
}
