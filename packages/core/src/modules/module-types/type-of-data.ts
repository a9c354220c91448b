import { dataTypes } from "./data-types.table.ts";
import { stringLiteral } from "./names.ts";
import {
  ANY_OBJECT,
  BOOLEAN,
  NULL,
  NUMBER,
  type PropertyNode,
  STRING,
  type TypeNode,
  text,
  UNDEFINED,
  UNKNOWN,
  unionOf,
} from "./type-node.ts";

/** Characters of a string that is shown, and elements of an array that is. */
const LONGEST_LITERAL = 80;
const MOST_SHOWN_ELEMENTS = 8;
/** Properties that are told of an object, and members that are looked at of an array, a Map or a Set. */
const MOST_PROPERTIES = 50;
const MOST_MEMBERS = 1_000;
/** Different types that are told of those. */
const MOST_ALTERNATIVES = 6;
const MAX_DEPTH = 5;
/** Objects that are looked at in all. */
const MOST_OBJECTS = 2_000;

/** How a value is looked at. */
interface Look {
  readonly depth: number;
  /** Whether its type is to be its value, where it is a primitive. */
  readonly isExact: boolean;
  readonly seen: { objects: number };
}

/** The narrowest type of a value that can still be read. Runs none of its getters. */
export function typeOfData(value: unknown): TypeNode {
  try {
    return typeOf(value, { depth: 0, isExact: true, seen: { objects: 0 } });
  } catch {
    // A proxy may throw.
    return UNKNOWN;
  }
}

/** The type that a primitive alone has; undefined of what has no literal. */
export function literalOf(value: unknown): TypeNode | undefined {
  if (value === null) return NULL;
  if (typeof value === "string") return text(stringLiteral(value));
  if (typeof value === "boolean") return text(String(value));
  if (typeof value === "number" && Number.isFinite(value) && !Object.is(value, -0)) return text(String(value));
  return undefined;
}

function typeOf(value: unknown, look: Look): TypeNode {
  switch (typeof value) {
    case "string":
      return look.isExact && value.length <= LONGEST_LITERAL ? text(stringLiteral(value)) : STRING;
    case "number":
      return (look.isExact ? literalOf(value) : undefined) ?? NUMBER;
    case "boolean":
      return look.isExact ? text(String(value)) : BOOLEAN;
    case "bigint":
      return text("bigint");
    case "undefined":
      return UNDEFINED;
    case "object":
      return value === null ? NULL : typeOfObject(value, look);
    default:
      return UNKNOWN;
  }
}

function typeOfObject(value: object, look: Look): TypeNode {
  look.seen.objects += 1;
  if (look.depth >= MAX_DEPTH || look.seen.objects > MOST_OBJECTS) return UNKNOWN;
  const inner: Look = { ...look, depth: look.depth + 1 };
  if (Array.isArray(value)) return typeOfArray(value, inner);
  if (value instanceof Map) {
    return {
      kind: "generic",
      name: "Map",
      args: [typeOfMembers(value.keys(), inner), typeOfMembers(value.values(), inner)],
    };
  }
  if (value instanceof Set) return { kind: "generic", name: "Set", args: [typeOfMembers(value.values(), inner)] };
  return typeOfClass(value) ?? typeOfProperties(value, inner);
}

function typeOfArray(value: readonly unknown[], look: Look): TypeNode {
  const isPlain = value.every((element) => typeof element !== "object" || element === null);
  if (look.isExact && isPlain && value.length <= MOST_SHOWN_ELEMENTS) {
    const elements = Array.from(value, (element) => typeOf(element, look));
    return { kind: "tuple", elements, required: elements.length, isReadonly: true };
  }
  return { kind: "array", element: typeOfMembers(value.values(), look), isReadonly: true };
}

/** What each of several is. */
function typeOfMembers(members: Iterable<unknown>, look: Look): TypeNode {
  const types: TypeNode[] = [];
  for (const member of members) {
    if (types.length >= MOST_MEMBERS) return UNKNOWN;
    types.push(typeOf(member, { ...look, isExact: false }));
  }
  const union = types.length === 0 ? UNKNOWN : unionOf(types);
  return union.kind === "union" && union.members.length > MOST_ALTERNATIVES ? UNKNOWN : union;
}

/** By what crosses as what it is: Node's Buffer is a Uint8Array then. */
function typeOfClass(value: object): TypeNode | undefined {
  let prototype: unknown = Object.getPrototypeOf(value);
  while (typeof prototype === "object" && prototype !== null && prototype !== Object.prototype) {
    const maker: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
    const name = typeof maker === "function" ? maker.name : "";
    const type = Reflect.get(globalThis, name) === maker ? dataTypes.get(name) : undefined;
    if (type !== undefined) return type;
    prototype = Object.getPrototypeOf(prototype);
  }
  return undefined;
}

function typeOfProperties(value: object, look: Look): TypeNode {
  const names = Object.keys(value);
  if (names.length > MOST_PROPERTIES) return ANY_OBJECT;
  const properties = names.map((name): PropertyNode => {
    const type = typeOf(Object.getOwnPropertyDescriptor(value, name)?.value, look);
    const isAccessor = Object.getOwnPropertyDescriptor(value, name)?.get !== undefined;
    return { name, type: isAccessor ? UNKNOWN : type, isOptional: false, comment: [] };
  });
  return { kind: "object", properties };
}
