import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type JsonObject, toJsonDocument } from "./json-document.ts";
import { vendorOptions } from "./vendor-options.ts";

/** Whether a value is given to a schema, or comes of it. */
export type Direction = "input" | "output";

/** The newest first: it says most. */
const targets: readonly string[] = ["draft-2020-12", "draft-07"];

/**
 * The JSON Schema of what a schema takes or gives, by the extension of Standard Schema for that. Undefined of one that
 * does not have it, and where it throws or answers junk: then nothing is known of the type.
 */
export function schemaDocument(schema: StandardSchemaV1, direction: Direction): JsonObject | boolean | undefined {
  for (const isLenient of [true, false]) {
    for (const target of targets) {
      const document = toJsonDocument(askFor(schema, direction, target, isLenient));
      if (document !== undefined) return document;
    }
  }
  return undefined;
}

function askFor(schema: StandardSchemaV1, direction: Direction, target: string, isLenient: boolean): unknown {
  try {
    const standard: object = schema["~standard"];
    const converter: unknown = Reflect.get(standard, "jsonSchema");
    if (typeof converter !== "object" || converter === null) return undefined;
    const libraryOptions = isLenient ? vendorOptions.get(schema["~standard"].vendor) : undefined;
    const convert: unknown = Reflect.get(converter, direction);
    if (typeof convert !== "function") return undefined;
    return convert.call(converter, { target, ...(libraryOptions === undefined ? {} : { libraryOptions }) });
  } catch {
    return undefined;
  }
}
