import type { Guest } from "./guest.ts";
import { ReflectApply, globalObject } from "./primordial.ts";

/** What the library does to a stack before it is printed for the last time. */
export interface FatalEnhancers {
  before: ((error: object) => unknown) | undefined;
  after: ((error: object) => unknown) | undefined;
}

/**
 * The way of an uncaught exception, as Node's native side goes it: `process._fatalException` may handle it; otherwise
 * it is printed on stderr and the guest ends (1; 6 when the handler is gone; 7 when the handler throws).
 */
export function reportFatalException(
  guest: Guest,
  enhancers: FatalEnhancers,
  error: unknown,
  fromPromise: boolean,
  arrow?: string,
): void {
  const { exitCodes } = guest.tables;
  const handler = guest.process["_fatalException"];
  if (typeof handler !== "function") {
    print(guest, describe(guest, undefined, error, arrow), error);
    guest.exit(exitCodes["kInvalidFatalExceptionMonkeyPatching"] ?? 6);
  }
  let handled: unknown;
  try {
    handled = ReflectApply(handler as () => unknown, guest.process, [error, fromPromise]);
  } catch (second) {
    print(guest, describe(guest, enhancers, second, undefined), second);
    guest.exit(exitCodes["kExceptionInFatalExceptionHandler"] ?? 7);
  }
  if (handled !== false) return;
  print(guest, describe(guest, enhancers, error, arrow), error);
  guest.exit(exitCode(guest));
}

/** The exit code that the program has set, else 1. */
function exitCode(guest: Guest): number {
  const fields = guest.process[guest.privateSymbols["exit_info_private_symbol"] ?? ""] as Int32Array;
  const { kHasExitCode = 2, kExitCode = 1 } = guest.tables.utilConstants;
  return fields[kHasExitCode] ? (fields[kExitCode] ?? 1) : 1;
}

function print(guest: Guest, text: string, error: unknown): void {
  writeToStderr(guest, `${text}\n\nNode.js ${guest.tables.version}\n`);
  guest.calls.sync("result.threw", briefly(guest, error));
}

/** The bytes go to descriptor 2 itself: the stream of the program may be gone or replaced. */
export function writeToStderr(guest: Guest, text: string): void {
  let bytes = guest.native.encoding.encodeUtf8String(text) as Uint8Array;
  for (let round = 0; round < 64 && bytes.length > 0; round++) {
    const written = guest.calls.syncWithInput("fs.write", bytes, 2, -1);
    if (typeof written !== "number" || written <= 0) return;
    bytes = new Uint8Array(bytes.buffer, bytes.byteOffset + written, bytes.length - written);
  }
}

function read(target: object, key: PropertyKey): unknown {
  try {
    return (target as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
}

function asText(guest: Guest, value: unknown): string {
  return typeof value === "string" ? value : guest.native.errors.noSideEffectsToString(value);
}

function describe(
  guest: Guest,
  enhancers: FatalEnhancers | undefined,
  error: unknown,
  arrow: string | undefined,
): string {
  if (typeof error !== "object" || error === null) {
    const place = arrow ?? guest.native.errors.getArrowMessage(error);
    const hint = "(Use `node --trace-uncaught ...` to show where the exception was thrown)";
    return `${place === undefined ? "" : `${place}`}${asText(guest, error)}\n${hint}`;
  }
  if (guest.native.types.isNativeError(error)) guest.native.errors.setArrowMessage(error);
  const stack = enhancedStack(enhancers, error);
  const message = read(error, guest.privateSymbols["arrow_message_private_symbol"] ?? "");
  const decorated = read(error, guest.privateSymbols["decorated_private_symbol"] ?? "");
  if (typeof stack === "string" && stack !== "") {
    return typeof message === "string" && decorated !== true ? `${message}\n${stack}` : stack;
  }
  return describeObject(guest, error, arrow);
}

function enhancedStack(enhancers: FatalEnhancers | undefined, error: object): unknown {
  let stack = read(error, "stack");
  if (enhancers === undefined) return stack;
  stack = enhanced(enhancers.before, error, stack);
  return enhanced(enhancers.after, error, stack);
}

// As in Node, an enhancer that fails leaves the stack as it was.
function enhanced(enhance: ((error: object) => unknown) | undefined, error: object, stack: unknown): unknown {
  if (enhance === undefined) return stack;
  try {
    return ReflectApply(enhance, globalObject, [error]);
  } catch {
    return stack;
  }
}

function describeObject(guest: Guest, error: object, arrow: string | undefined): string {
  const name = read(error, "name");
  const message = read(error, "message");
  const place = arrow ?? "";
  const hint = "(Use `node --trace-uncaught ...` to show where the exception was thrown)";
  if (name === undefined || message === undefined) return `${place}${inspectBriefly(guest, error)}\n${hint}`;
  return `${place}${asText(guest, name)}: ${asText(guest, message)}\n${hint}`;
}

function inspectBriefly(guest: Guest, error: object): string {
  return guest.native.errors.noSideEffectsToString(error);
}

/** One line for `errorMessage`: the message of an error, else the value itself. */
function briefly(guest: Guest, error: unknown): string {
  if (typeof error === "object" && error !== null) {
    const message = read(error, "message");
    if (typeof message === "string") {
      const name = read(error, "name");
      return typeof name === "string" && name !== "" ? `${name}: ${message}` : message;
    }
  }
  return asText(guest, error);
}
