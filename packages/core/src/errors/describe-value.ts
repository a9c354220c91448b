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

/** As {@link describeValue}, for the answer of a check: of an object it says what its own `allow` is. */
export function describeAnswer(answer: unknown): string {
  if (typeof answer !== "object" || answer === null) return describeValue(answer);
  try {
    const allow = Object.getOwnPropertyDescriptor(answer, "allow");
    if (allow !== undefined && "value" in allow) return `{ allow: ${describeValue(allow.value)} }`;
  } catch {
    // A proxy may throw: then it is an object.
  }
  return describeValue(answer);
}

/** Quotes a string for a message: escaped as JSON does it, so that it stays on one line, and cut when long. */
export function quote(text: string): string {
  return text.length <= LONGEST_QUOTE
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, LONGEST_QUOTE))}… (${text.length} characters)`;
}

const typedArrayPrototype: object = Object.getPrototypeOf(Uint8Array.prototype);
/** Answers the kind of a typed array (`Uint8Array`), and `undefined` for anything else, whatever the value says of itself. */
const readKind = Object.getOwnPropertyDescriptor(typedArrayPrototype, Symbol.toStringTag)?.get;

function describeObject(value: object | null): string {
  if (value === null) return "null";
  if (ArrayBuffer.isView(value)) return `a ${String(readKind?.call(value) ?? "DataView")}`;
  // A revoked proxy throws even here.
  try {
    return Array.isArray(value) ? "an array" : "an object";
  } catch {
    return "an object";
  }
}
