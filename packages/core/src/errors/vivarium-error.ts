import { type ErrorBlame, type ErrorCode, type ErrorDetails, errorCodes } from "./error-codes.table.ts";

/** Shared by every copy of this package in a process, so that an error of one is known to the others. */
const brand: symbol = Symbol.for("vivarium.error");

/**
 * The error that Vivarium throws for misuse of its API or a fault of the machine. What a guest does never throws: it is
 * told in the outcome of its run.
 */
export class VivariumError<Code extends ErrorCode = ErrorCode> extends Error {
  /** What went wrong: a stable name. */
  readonly code: Code;
  /** Who has to act. */
  readonly blame: ErrorBlame;
  /** What the message is made from, for programs to read. */
  declare readonly detail: ErrorDetails[Code];

  /**
   * @param detail what the message of this code is made from
   * @param options `cause`: the error beneath this one
   */
  constructor(code: Code, detail: ErrorDetails[Code], options?: { readonly cause?: unknown }) {
    const { blame, message } = errorCodes[code];
    super(message(detail), options !== undefined && "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.blame = blame;
    // Not enumerable: they would show whenever the error is printed.
    Object.defineProperty(this, brand, { value: true });
    Object.defineProperty(this, "detail", { value: Object.freeze({ ...detail }) });
  }

  override get name(): string {
    return "VivariumError";
  }
}

/**
 * Whether a value is an error of Vivarium, of whichever copy of the package, and (when given) of this code.
 * Never throws, whatever the value.
 */
export function isVivariumError<Code extends ErrorCode = ErrorCode>(
  value: unknown,
  code?: Code,
): value is VivariumError<Code> {
  if (typeof value !== "object" || value === null) return false;
  try {
    return Reflect.get(value, brand) === true && (code === undefined || Reflect.get(value, "code") === code);
  } catch {
    return false;
  }
}
