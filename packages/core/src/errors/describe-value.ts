const LONGEST_QUOTE = 80;

/**
 * Says what a wrong value is, for an error message: short, on one line, and without running any code of the value
 * (no getter, no `toString`).
 */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return "a bigint";
    case "boolean":
    case "undefined":
      return String(value);
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    default:
      return describeObject(value as object | null);
  }
}

/** Quotes a string for a message: escaped as JSON does it, so that it stays on one line, and cut when long. */
export function quote(text: string): string {
  return text.length <= LONGEST_QUOTE
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, LONGEST_QUOTE))}… (${text.length} characters)`;
}

function describeObject(value: object | null): string {
  if (value === null) return "null";
  // A revoked proxy throws even here.
  try {
    return Array.isArray(value) ? "an array" : "an object";
  } catch {
    return "an object";
  }
}
