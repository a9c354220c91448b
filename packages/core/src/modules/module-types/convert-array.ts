import { elementsOf, type JsonObject, own } from "./json-document.ts";
import { NEVER, type TypeNode, UNKNOWN } from "./type-node.ts";

/** The type of an array by its JSON Schema: also as older drafts write a tuple, with an array of `items`. */
export function convertArray(schema: JsonObject, convert: (schema: unknown) => TypeNode): TypeNode {
  const items = own(schema, "items");
  const isOldTuple = Array.isArray(items);
  const prefix = isOldTuple ? items : elementsOf(own(schema, "prefixItems"));
  const further = isOldTuple ? own(schema, "additionalItems") : items;
  if (prefix.length === 0) return arrayOf(further === undefined ? UNKNOWN : convert(further));
  const rest = further === undefined ? NEVER : convert(further);
  return {
    kind: "tuple",
    elements: prefix.map(convert),
    required: Math.min(prefix.length, countOf(own(schema, "minItems"))),
    ...(rest === NEVER ? {} : { rest }),
  };
}

function arrayOf(element: TypeNode): TypeNode {
  return element === NEVER ? { kind: "tuple", elements: [], required: 0 } : { kind: "array", element };
}

/** Elements that there are at least: none, unless the schema says so. */
function countOf(minItems: unknown): number {
  return typeof minItems === "number" && minItems > 0 ? Math.floor(minItems) : 0;
}
