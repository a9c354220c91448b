import { convertArray } from "./convert-array.ts";
import { convertObject, type PartConverter } from "./convert-object.ts";
import { DATA_TYPE, dataTypes } from "./data-types.table.ts";
import { elementsOf, isJsonObject, type JsonObject, own } from "./json-document.ts";
import type { Declared, NamedTypes } from "./named-types.ts";
import { type Referenced, References } from "./references.ts";
import { schemaComment } from "./schema-comment.ts";
import type { Direction } from "./schema-document.ts";
import { BOOLEAN, intersectionOf, NEVER, NULL, NUMBER, STRING, type TypeNode, UNKNOWN, unionOf } from "./type-node.ts";
import { literalOf, typeOfData } from "./type-of-data.ts";

/** What types are named for that a schema does not name. */
export interface Purpose {
  /** `QueryResult` */
  readonly name: string;
  /** Tells a type from one of the same name that goes the other way. */
  readonly direction: Direction;
}

/** Where a part of a document is read. */
interface Context {
  readonly references: References;
  readonly names: NamedTypes;
  readonly purpose: Purpose;
  /** References that have been replaced by what they lead to, on the way here. */
  readonly replaced: number;
}

const MOST_REPLACED = 8;

/**
 * The type that a JSON Schema describes, drafts 7 to 2020-12. What is recursive, or referred to by a name of its own, is
 * declared in `names`. Keywords that no type can tell are left out: the type is wider then.
 */
export function convertDocument(document: JsonObject | boolean, names: NamedTypes, purpose: Purpose): TypeNode {
  if (typeof document === "boolean") return document ? UNKNOWN : NEVER;
  const references = new References(document);
  const context: Context = { references, names, purpose, replaced: 0 };
  return references.isRecursive ? nameOf({ pointer: "#", schema: document }, context) : convert(document, context);
}

function convert(schema: unknown, context: Context): TypeNode {
  if (schema === false) return NEVER;
  if (!isJsonObject(schema)) return UNKNOWN;
  const data = own(schema, DATA_TYPE);
  const dataType = typeof data === "string" ? dataTypes.get(data) : undefined;
  if (dataType !== undefined) return dataType;
  const not = own(schema, "not");
  if (not === true || (isJsonObject(not) && Object.keys(not).length === 0)) return NEVER;
  const type = intersectionOf(partsOf(schema, context));
  return own(schema, "nullable") === true ? unionOf([type, NULL]) : type;
}

/** All that a schema says: what fits it fits each of them. */
function partsOf(schema: JsonObject, context: Context): readonly TypeNode[] {
  const inner = (part: unknown): TypeNode => convert(part, context);
  const literals = literalsOf(schema);
  if (literals !== undefined) return [unionOf(literals.map((value) => literalOf(value) ?? typeOfData(value)))];
  const choices = ["anyOf", "oneOf"]
    .map((keyword) => elementsOf(own(schema, keyword)))
    .filter(({ length }) => length > 0);
  return [
    ...(Object.hasOwn(schema, "$ref") ? [convertReference(own(schema, "$ref"), context)] : []),
    convertTyped(schema, { type: inner, comment: (part) => schemaComment(part, context.purpose.direction) }),
    ...elementsOf(own(schema, "allOf")).map(inner),
    ...choices.map((choice) => unionOf(choice.map(inner))),
  ];
}

function literalsOf(schema: JsonObject): readonly unknown[] | undefined {
  if (Object.hasOwn(schema, "const")) return [own(schema, "const")];
  const choice = own(schema, "enum");
  return Array.isArray(choice) ? choice : undefined;
}

function convertTyped(schema: JsonObject, inner: PartConverter): TypeNode {
  const type = own(schema, "type") ?? impliedType(schema);
  return unionOf((Array.isArray(type) ? type : [type]).map((name) => convertNamedType(name, schema, inner)));
}

function convertNamedType(name: unknown, schema: JsonObject, inner: PartConverter): TypeNode {
  switch (name) {
    case "string":
      return STRING;
    case "number":
    case "integer":
      return NUMBER;
    case "boolean":
      return BOOLEAN;
    case "null":
      return NULL;
    case "array":
      return convertArray(schema, inner.type);
    case "object":
      return convertObject(schema, inner);
    default:
      return UNKNOWN;
  }
}

function impliedType(schema: JsonObject): string | undefined {
  const holds = (keyword: string): boolean => Object.hasOwn(schema, keyword);
  if (["properties", "additionalProperties", "patternProperties"].some(holds)) return "object";
  return ["items", "prefixItems"].some(holds) ? "array" : undefined;
}

function convertReference(reference: unknown, context: Context): TypeNode {
  const referenced = context.references.follow(reference);
  if (referenced === undefined) return UNKNOWN;
  const name = definitionName(referenced.pointer);
  const isNameless = name !== undefined && GENERATED.test(name);
  if (!isNameless || !context.references.isOnly(referenced.pointer) || context.replaced >= MOST_REPLACED) {
    return nameOf(referenced, context);
  }
  return convert(referenced.schema, { ...context, replaced: context.replaced + 1 });
}

/** Names that a library has made up: `__schema0`, `type3`, `0`. */
const GENERATED: RegExp = /^_*[a-z]*\d+$/;

/** The name of a definition, if that is what is pointed at, and if there is but one way to write it. */
function definitionName(pointer: string): string | undefined {
  return /^#\/(?:\$defs|definitions)\/([^/~%]+)$/.exec(pointer)?.[1];
}

function nameOf(referenced: Referenced, context: Context): TypeNode {
  const { references, names, purpose } = context;
  const name = definitionName(referenced.pointer);
  const title = isJsonObject(referenced.schema) ? own(referenced.schema, "title") : undefined;
  const wanted = [
    name === undefined || GENERATED.test(name) ? undefined : name,
    typeof title === "string" ? title : undefined,
    purpose.name,
  ];
  const declare = (): Declared => ({
    type: convert(referenced.schema, { ...context, replaced: 0 }),
    comment: isJsonObject(referenced.schema) ? schemaComment(referenced.schema, purpose.direction) : [],
  });
  const suffix = purpose.direction === "input" ? "Input" : "Output";
  const key = references.keyOf(referenced, (text) => names.intern(text));
  return { kind: "name", name: names.nameFor(key, { names: wanted, suffix }, declare) };
}
