import { birthPlace, isOurs, libraryPlace, PRINTED_MAX, programPlace, toldAt } from "./fatal-place.ts";
import type { Guest, GuestCore } from "./guest.ts";
import { TypedArrayPrototypeSubarray } from "./past-prototypes.ts";
import { globalObject, ReflectApply, StringPrototypeIncludes, TypedArrayPrototypeGetLength } from "./primordial.ts";
import { shorten } from "./shorten.ts";

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
  const handler = read(guest.process, "_fatalException");
  if (typeof handler !== "function") {
    print(guest, describe(guest, undefined, error, arrow), error, arrow);
    guest.exit(exitCodes["kInvalidFatalExceptionMonkeyPatching"] ?? 6);
  }
  let handled: unknown;
  const thrown = guest.native.errors.callCatching(() => {
    handled = ReflectApply(handler as () => unknown, guest.process, [error, fromPromise]);
  });
  if (thrown !== undefined) {
    print(guest, describe(guest, enhancers, thrown[0], thrown[1]), thrown[0], thrown[1]);
    guest.exit(exitCodes["kExceptionInFatalExceptionHandler"] ?? 7);
  }
  if (handled !== false) return;
  print(guest, describe(guest, enhancers, error, arrow), error, arrow);
  guest.exit(exitCode(guest));
}

/** The exit code that the program has set, else 1. */
function exitCode(guest: Guest): number {
  const fields = guest.process[guest.privateSymbols["exit_info_private_symbol"] ?? ""] as Int32Array;
  const { kHasExitCode = 2, kExitCode = 1 } = guest.tables.utilConstants;
  return fields[kHasExitCode] ? (fields[kExitCode] ?? 1) : 1;
}

function print(guest: Guest, text: string, error: unknown, thrownAt: string | undefined): void {
  const node = guest.config.profile === "node" ? `\n\nNode.js ${guest.config.version}` : "";
  writeToStderr(guest, `${text}${node}\n`);
  const arrowKey = guest.privateSymbols["arrow_message_private_symbol"] ?? "";
  const known = typeof error === "object" && error !== null ? read(error, arrowKey) : undefined;
  tellThrown(guest, error, typeof known === "string" ? known : thrownAt);
}

/** Tells the kernel of the error that ends the program; `place`: the source line that V8 names for it. */
export function tellThrown(guest: GuestCore, error: unknown, place: string | undefined): void {
  guest.calls.sync("result.threw", briefly(guest, error), stackOf(guest, error, place));
}

/**
 * The beginning of an error's `stack`, which may be anything and anyone's; else nothing. That of a module which cannot be
 * compiled does not say where: the place comes first then.
 */
function stackOf(guest: GuestCore, error: unknown, place: string | undefined): string {
  const stack = typeof error === "object" && error !== null ? read(error, "stack") : undefined;
  if (typeof stack !== "string" || stack === "") return "";
  const shown = shorten(stack, STACK_MAX);
  const file = guest.native.types.isNativeError(error) ? programPlace(place) : undefined;
  return file === undefined || StringPrototypeIncludes(stack, file) ? shown : `${file}\n${shown}`;
}

/** The bytes go to descriptor 2 itself: the stream of the program may be gone or replaced. */
export function writeToStderr(guest: GuestCore, text: string): void {
  let bytes = guest.native.encoding.encodeUtf8String(text) as Uint8Array;
  for (let round = 0; round < 64 && TypedArrayPrototypeGetLength(bytes) > 0; round++) {
    const written = guest.calls.syncWithInput("fs.write", bytes, 2, -1);
    if (typeof written !== "number" || written <= 0) return;
    bytes = TypedArrayPrototypeSubarray(bytes, written);
  }
}

function read(target: object, key: PropertyKey): unknown {
  try {
    return (target as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** Longest message and name in `errorMessage`; together they stay below what the kernel takes. */
const MESSAGE_MAX = 60 * 1024;
const NAME_MAX = 1024;
/** Longest stack in the outcome. */
const STACK_MAX = 16 * 1024;

function asText(guest: GuestCore, value: unknown, longest: number): string {
  const text = typeof value === "string" ? value : guest.native.errors.noSideEffectsToString(value);
  return shorten(text ?? "", longest);
}

const HINT = "(Use `node --trace-uncaught ...` to show where the exception was thrown)";

/** What Node prints of an exception that ends the process, without its last line. */
function describe(
  guest: Guest,
  enhancers: FatalEnhancers | undefined,
  error: unknown,
  thrownAt: string | undefined,
): string {
  const { types } = guest.native;
  // An empty place is one that the library does not want to be shown.
  const place = thrownAt === "" ? undefined : shortened(thrownAt ?? birthPlace(guest, error));
  if (typeof error !== "object" || error === null)
    return `${atPlace(place)}${asText(guest, error, PRINTED_MAX)}\n${HINT}`;
  const arrowKey = guest.privateSymbols["arrow_message_private_symbol"] ?? "";
  const known = shortened(read(error, arrowKey));
  const arrow =
    typeof known === "string"
      ? known
      : types.isNativeError(error)
        ? shownPlace(guest, error, place, thrownAt !== undefined)
        : undefined;
  const stack = shortened(enhancedStack(enhancers, error));
  const prefix = types.isNativeError(error) || typeof known === "string" ? "" : atPlace(place);
  if (typeof stack === "string" && stack !== "") {
    const decorated = read(error, guest.privateSymbols["decorated_private_symbol"] ?? "") === true;
    return arrow !== undefined && !decorated ? `${arrow}\n${stack}` : `${prefix}${stack}`;
  }
  return `${prefix}${describeObject(guest, error)}`;
}

function shortened<Value>(value: Value): Value | string {
  return typeof value === "string" ? shorten(value, PRINTED_MAX) : value;
}

function atPlace(place: string | undefined): string {
  return place === undefined || isOurs(place) ? "" : `\n${place}`;
}

/** The place to show for an error: of ours, which no one is to see, the library's line that it appears to come from. */
function shownPlace(guest: Guest, error: object, place: string | undefined, isThrown: boolean): string | undefined {
  if (place === undefined || !isOurs(place)) return place;
  return libraryPlace(guest, shortened(read(error, "stack"))) ?? (isThrown ? undefined : toldAt(guest));
}

function enhancedStack(enhancers: FatalEnhancers | undefined, error: object): unknown {
  const stack = enhanced(enhancers?.before, error, read(error, "stack"));
  return enhanced(enhancers?.after, error, stack);
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

function describeObject(guest: GuestCore, error: object): string {
  const name = read(error, "name");
  const message = read(error, "message");
  if (name === undefined || message === undefined) return `${asText(guest, error, PRINTED_MAX)}\n${HINT}`;
  return `${asText(guest, name, PRINTED_MAX)}: ${asText(guest, message, PRINTED_MAX)}\n${HINT}`;
}

/** One line for `errorMessage`: the message of an error, else the value itself. */
export function briefly(guest: GuestCore, error: unknown): string {
  if (typeof error === "object" && error !== null) {
    const message = read(error, "message");
    if (typeof message === "string") {
      const given = read(error, "name");
      const name = typeof given === "string" ? shorten(given, NAME_MAX) : "";
      // As Error.prototype.toString joins them.
      if (name === "" || message === "") return name === "" ? shorten(message, MESSAGE_MAX) : name;
      return `${name}: ${shorten(message, MESSAGE_MAX)}`;
    }
  }
  return asText(guest, error, MESSAGE_MAX);
}
