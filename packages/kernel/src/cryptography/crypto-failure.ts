/** What a guest is told of an error: it makes its own of it. */
export interface CryptoFailure {
  readonly kind: "Error" | "TypeError" | "RangeError";
  readonly message: string;
  /** What else the error has: `code`, and what OpenSSL said. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Thrown by what refuses an operation before Node's binding sees it. */
export class CryptoRefusal extends Error {
  readonly failure: CryptoFailure;

  constructor(kind: CryptoFailure["kind"], code: string, message: string) {
    super(message);
    this.failure = { kind, message, properties: { code } };
  }
}

/** More of something than a guest is given. */
export function tooLarge(what: string, most: number, unit: "bytes" | "bits" = "bytes"): CryptoRefusal {
  return new CryptoRefusal("RangeError", "ERR_OUT_OF_RANGE", `The ${what} is more than the ${most} ${unit} of a guest`);
}

/** Properties that an error of the binding may have: no other is looked at. */
const told = ["code", "opensslErrorStack", "library", "function", "reason"] as const;

/** The words of the binding are about operands that the guest has given: it may hear them. */
export function failureOf(error: unknown): CryptoFailure {
  if (error instanceof CryptoRefusal) return error.failure;
  if (!(error instanceof Error)) return { kind: "Error", message: "Operation failed", properties: {} };
  const properties: Record<string, unknown> = {};
  for (const name of told) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === "string" || isTexts(value)) properties[name] = value;
  }
  return { kind: kindOf(error), message: withoutThread(error.message), properties };
}

/** What OpenSSL prints begins with the number of a thread, which is an address of this process. */
function withoutThread(message: string): string {
  return message.replaceAll(/^[0-9A-Fa-f]{4,}(?=:error:)/gm, "0000");
}

function kindOf(error: Error): CryptoFailure["kind"] {
  if (error instanceof RangeError) return "RangeError";
  return error instanceof TypeError ? "TypeError" : "Error";
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}
