/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Characters that a JSON Schema has at most: of a longer one, no reader would see the end of its type. */
const LONGEST_DOCUMENT = 1_000_000;
/** Objects and arrays within each other. */
const DEEPEST_DOCUMENT = 100;

/** A copy of what JSON makes of a value: no getter, proxy or circle is left in it. Undefined of what it cannot write. */
export function toJsonDocument(value: unknown): JsonObject | boolean | undefined {
  try {
    const written: unknown = JSON.stringify(value);
    if (typeof written !== "string" || written.length > LONGEST_DOCUMENT) return undefined;
    const document: unknown = JSON.parse(written);
    const isSchema = typeof document === "boolean" || (isJsonObject(document) && !isDeeper(document, DEEPEST_DOCUMENT));
    return isSchema ? document : undefined;
  } catch {
    return undefined;
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}

/** Whether a value is an object with keywords. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own property: names come from outside. */
export function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The elements of what is an array, else none. */
export function elementsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The properties of what is an object, else none. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

/** The strings of what is an array, else none. */
export function stringsOf(value: unknown): readonly string[] {
  return elementsOf(value).filter((element) => typeof element === "string");
}
