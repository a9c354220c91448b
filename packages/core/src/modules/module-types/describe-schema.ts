import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isGuestFunctionSchema } from "../../functions/guest-function.ts";
import { validateWith } from "../validate-with-schema.ts";
import { convertDocument, type Purpose } from "./convert-schema.ts";
import { isJsonObject, own } from "./json-document.ts";
import type { NamedTypes } from "./named-types.ts";
import { schemaComment } from "./schema-comment.ts";
import { schemaDocument } from "./schema-document.ts";
import { type TypeNode, UNKNOWN } from "./type-node.ts";

/** What is known of a value by its schema. */
export interface DescribedValue {
  readonly type: TypeNode;
  /** Lines. */
  readonly comment: readonly string[];
  readonly title?: string;
}

/** What a schema tells; of one that tells nothing, that its type is unknown. */
export function describeSchema(schema: StandardSchemaV1, names: NamedTypes, purpose: Purpose): DescribedValue {
  if (isGuestFunctionSchema(schema)) return { type: { kind: "raw", text: schema.declaration }, comment: [] };
  const document = schemaDocument(schema, purpose.direction);
  if (document === undefined) return { type: UNKNOWN, comment: [] };
  const type = convertDocument(document, names, purpose);
  if (!isJsonObject(document)) return { type, comment: [] };
  const title = own(document, "title");
  const comment = schemaComment(document, purpose.direction);
  return { type, comment, ...(typeof title === "string" ? { title } : {}) };
}

/**
 * What a schema makes of `undefined`, which a JSON Schema cannot say; undefined where it does not take it, or does not
 * say so at once.
 */
export function afterUndefined(schema: StandardSchemaV1): "undefined" | "a value" | undefined {
  if (isGuestFunctionSchema(schema)) return undefined;
  const validation = validateWith(schema, undefined);
  if (validation instanceof Promise || !("value" in validation)) return undefined;
  return validation.value === undefined ? "undefined" : "a value";
}
