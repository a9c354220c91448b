import type { StandardSchemaV1 } from "@standard-schema/spec";

/** A schema of a library that nobody knows: it takes everything but `undefined`, and says that it takes `document`. */
export function described(document: unknown, output: unknown = document): StandardSchemaV1 {
  const standard = {
    version: 1 as const,
    vendor: "nobody",
    validate: (value: unknown) => (value === undefined ? { issues: [{ message: "Required" }] } : { value }),
    jsonSchema: { input: () => document, output: () => output },
  };
  return { "~standard": standard };
}
