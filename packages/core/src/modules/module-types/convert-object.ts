import { elementsOf, entriesOf, isJsonObject, type JsonObject, own, stringsOf } from "./json-document.ts";
import { ANY_OBJECT, NEVER, type PropertyNode, STRING, type TypeNode, UNKNOWN, unionOf } from "./type-node.ts";
import { literalOf } from "./type-of-data.ts";

/** How parts of a schema become parts of a type. */
export interface PartConverter {
  readonly type: (schema: unknown) => TypeNode;
  /** The lines of the comment to a property. */
  readonly comment: (schema: JsonObject) => readonly string[];
}

/**
 * The type of an object by its JSON Schema. Where a schema does not say whether there are further properties, there are
 * none to count on.
 */
export function convertObject(schema: JsonObject, convert: PartConverter): TypeNode {
  const properties = propertiesOf(schema, convert);
  const values = furtherValues(schema, convert.type);
  if (properties.length > 0) return { kind: "object", properties, ...(values === NEVER ? {} : { isOpen: true }) };
  if (values !== NEVER) return recordOf(schema, values);
  const isEmpty = own(schema, "additionalProperties") === false;
  return isEmpty ? { kind: "record", key: STRING, value: NEVER } : ANY_OBJECT;
}

function propertiesOf(schema: JsonObject, convert: PartConverter): readonly PropertyNode[] {
  const required = new Set(stringsOf(own(schema, "required")));
  const described = entriesOf(own(schema, "properties")).map(([name, property]): PropertyNode => {
    const comment = isJsonObject(property) ? convert.comment(property) : [];
    return { name, type: convert.type(property), isOptional: !required.delete(name), comment };
  });
  // A record whose keys are known requires them without describing each.
  if (described.length === 0) return [];
  const further = [...required].map((name) => ({ name, type: UNKNOWN, isOptional: false, comment: [] }));
  return [...described, ...further];
}

/** What properties may be that are not described each. */
function furtherValues(schema: JsonObject, convert: PartConverter["type"]): TypeNode {
  const additional = own(schema, "additionalProperties");
  const patterns = entriesOf(own(schema, "patternProperties")).map(([, property]) => property);
  return unionOf([...patterns, ...(additional === undefined ? [] : [additional])].map(convert));
}

function recordOf(schema: JsonObject, value: TypeNode): TypeNode {
  const names = own(schema, "propertyNames");
  const choice = isJsonObject(names) ? elementsOf(own(names, "enum")) : [];
  const keys = choice.filter((key) => typeof key === "string");
  if (keys.length === 0) return { kind: "record", key: STRING, value };
  const required = stringsOf(own(schema, "required"));
  const isPartial = !keys.every((key) => required.includes(key));
  return { kind: "record", key: unionOf(keys.map((key) => literalOf(key) ?? STRING)), value, isPartial };
}
