import type { NamedTypes } from "./named-types.ts";
import { printFlat } from "./print-type.ts";
import { type TypeNode, unionOf } from "./type-node.ts";

/** What a long type is called, and what its elements or values are, if it is an array or a record. */
export interface LongName {
  readonly name: string;
  readonly ofElement: string;
  /** What tells it from another one of the same name. */
  readonly suffix: "Input" | "Output";
}

/**
 * A type that keeps a signature short: what is longer is declared by a name, the same for all functions whose types are
 * the same.
 *
 * @param longest characters of what stands in the signature itself
 */
export function nameLongType(type: TypeNode, longest: number, called: LongName, names: NamedTypes): TypeNode {
  if (!isLong(type, longest)) return type;
  const inner = (part: TypeNode): TypeNode => nameLongType(part, longest, { ...called, name: called.ofElement }, names);
  if (type.kind === "array") return { ...type, element: inner(type.element) };
  if (type.kind === "record") return { ...type, value: inner(type.value) };
  if (type.kind === "union" && type.members.filter((member) => isLong(member, longest)).length === 1) {
    return unionOf(type.members.map((member) => nameLongType(member, longest, called, names)));
  }
  if (type.kind !== "object" && type.kind !== "union" && type.kind !== "intersection") return type;
  const wanted = { names: [called.name], suffix: called.suffix };
  return { kind: "name", name: names.nameFor(JSON.stringify(type), wanted, () => ({ type, comment: [] })) };
}

function isLong(type: TypeNode, longest: number): boolean {
  const flat = printFlat(type);
  return flat === undefined || flat.length > longest;
}
