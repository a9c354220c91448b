/** A type of TypeScript, before it is laid out as text. */
export type TypeNode =
  /** What stands for itself everywhere: a keyword, a literal, a built-in class. */
  | { readonly kind: "text"; readonly text: string }
  /** A type that is declared by its name. */
  | { readonly kind: "name"; readonly name: string }
  /** Somebody's own TypeScript. */
  | { readonly kind: "raw"; readonly text: string }
  | { readonly kind: "array"; readonly element: TypeNode; readonly isReadonly?: boolean }
  | {
      readonly kind: "tuple";
      readonly elements: readonly TypeNode[];
      /** How many of the elements there are at least. */
      readonly required: number;
      readonly rest?: TypeNode;
      readonly isReadonly?: boolean;
    }
  /** `isOpen`: it may have other properties, of which nothing is known. */
  | { readonly kind: "object"; readonly properties: readonly PropertyNode[]; readonly isOpen?: boolean }
  | { readonly kind: "record"; readonly key: TypeNode; readonly value: TypeNode; readonly isPartial?: boolean }
  | { readonly kind: "generic"; readonly name: string; readonly args: readonly TypeNode[] }
  | { readonly kind: "union"; readonly members: readonly TypeNode[] }
  | { readonly kind: "intersection"; readonly members: readonly TypeNode[] };

/** A property of an object type. */
export interface PropertyNode {
  readonly name: string;
  readonly type: TypeNode;
  readonly isOptional: boolean;
  /** Lines of its comment. */
  readonly comment: readonly string[];
}

/** What stands for itself. */
export function text(written: string): TypeNode {
  return { kind: "text", text: written };
}

/** Types that are compared by identity. */
export const UNKNOWN: TypeNode = text("unknown");
export const NEVER: TypeNode = text("never");
export const NULL: TypeNode = text("null");
export const UNDEFINED: TypeNode = text("undefined");
export const STRING: TypeNode = text("string");
export const NUMBER: TypeNode = text("number");
export const BOOLEAN: TypeNode = text("boolean");
/** An object of which nothing more is known. */
export const ANY_OBJECT: TypeNode = { kind: "record", key: STRING, value: UNKNOWN };

/** One of several: flat, each once, and `unknown` where one of them is. */
export function unionOf(types: readonly TypeNode[]): TypeNode {
  const flat = types
    .flatMap((type) => (type.kind === "union" ? type.members : [type]))
    .filter((type) => type !== NEVER);
  if (flat.includes(UNKNOWN)) return UNKNOWN;
  const members = distinct(flat);
  return members.length > 1 ? { kind: "union", members } : (members[0] ?? NEVER);
}

/** All of several. What says nothing is left out, and objects without a property in common become one. */
export function intersectionOf(types: readonly TypeNode[]): TypeNode {
  if (types.includes(NEVER)) return NEVER;
  const telling = types
    .flatMap((type) => (type.kind === "intersection" ? type.members : [type]))
    .filter((type) => type !== UNKNOWN);
  const narrow = telling.filter((type) => type !== ANY_OBJECT);
  const members = distinct(narrow.reduce(mergeLast, []));
  if (members.length === 0) return telling[0] ?? UNKNOWN;
  return members.length > 1 ? { kind: "intersection", members } : (members[0] ?? UNKNOWN);
}

/** A type without the `undefined` in it, for what may be left out. */
export function withoutUndefined(type: TypeNode): TypeNode {
  if (type.kind !== "union") return type;
  return unionOf(type.members.filter((member) => !isUndefined(member)));
}

/** Whether a type is `undefined` and nothing else. */
export function isUndefined(type: TypeNode): boolean {
  return type.kind === "text" && type.text === "undefined";
}

function mergeLast(merged: readonly TypeNode[], next: TypeNode): readonly TypeNode[] {
  const last = merged.at(-1);
  if (last?.kind !== "object" || next.kind !== "object") return [...merged, next];
  const names = new Set(last.properties.map(({ name }) => name));
  if (next.properties.some(({ name }) => names.has(name))) return [...merged, next];
  const isOpen = last.isOpen === true || next.isOpen === true;
  const properties = [...last.properties, ...next.properties];
  return [...merged.slice(0, -1), { kind: "object", properties, ...(isOpen ? { isOpen } : {}) }];
}

function distinct(types: readonly TypeNode[]): readonly TypeNode[] {
  return [...new Map(types.map((type) => [JSON.stringify(type), type])).values()];
}
