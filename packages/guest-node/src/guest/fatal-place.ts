import type { Guest } from "./guest.ts";
import { GUEST_SCRIPT } from "./guest-script.ts";
import { StringPrototypeSplit } from "./past-prototypes.ts";
import {
  RegExpPrototypeExec,
  StringPrototypeIndexOf,
  StringPrototypeRepeat,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
} from "./primordial.ts";
import { shorten } from "./shorten.ts";

/** Longest stack, message or source line that is printed: a program can make one of half a gigabyte. */
export const PRINTED_MAX: number = 256 * 1024;

/** Longest file and line. */
const PLACE_MAX = 512;

const LIBRARY_PREFIX = "node:";
/** A frame of the library, except of the class that stands between its own errors and whoever asked for one. */
const LIBRARY_FRAME = /\n {4}at (?:[^\n]*\()?(node:(?!internal\/per_context\/)[^:()\n]+):(\d+):(\d+)\)?/;
/** Frames of ours between the library and {@link toldAt}; generously. */
const FRAMES_LOOKED_AT = 30;

/** Whether a place is one of ours, and no one's business. */
export function isOurs(place: string): boolean {
  return StringPrototypeStartsWith(place, GUEST_SCRIPT);
}

/**
 * Where an error was born that the library hands over as uncaught. V8 no longer knows it of an error whose stack has
 * been read, and never of one without frames: Node then shows the line that hands it over.
 */
export function birthPlace(guest: Guest, error: unknown): string | undefined {
  const { getArrowMessage, getErrorSourcePositions } = guest.native.errors;
  // One call for both: where nothing is known of a value, V8 answers the place of this very call.
  const placeOf = (value: unknown): string => {
    const { scriptResourceName, lineNumber, startColumn } = getErrorSourcePositions(value);
    return scriptResourceName === GUEST_SCRIPT ? `${lineNumber}:${startColumn}` : "elsewhere";
  };
  const isKnown = placeOf(error) !== placeOf(undefined);
  return isKnown ? getArrowMessage(error) : toldAt(guest);
}

/** Keeps with an error where it was born: whoever catches it and throws it again would be taken for its origin. */
export function rememberBirthPlace(guest: Guest, error: unknown): void {
  if (!guest.native.types.isNativeError(error)) return;
  const arrow = guest.privateSymbols["arrow_message_private_symbol"] as symbol;
  (error as Record<symbol, unknown>)[arrow] ??= birthPlace(guest, error);
}

/** The file and line of a place in a program's own code; `undefined` for one in the library or of ours. */
export function programPlace(place: string | undefined): string | undefined {
  if (place === undefined || StringPrototypeStartsWith(place, LIBRARY_PREFIX)) return undefined;
  const end = StringPrototypeIndexOf(place, "\n");
  return end > 0 ? shorten(StringPrototypeSlice(place, 0, end), PLACE_MAX) : undefined;
}

/** The library's line that an error of ours appears to come from: ours was made in the stead of Node's native side. */
export function libraryPlace(guest: Guest, stack: unknown): string | undefined {
  const frame = typeof stack === "string" ? RegExpPrototypeExec(LIBRARY_FRAME, stack) : null;
  return frame === null ? undefined : lineOf(guest, frame[1] ?? "", Number(frame[2]), Number(frame[3]));
}

/** The line of the library that has called us. */
export function toldAt(guest: Guest): string | undefined {
  const sites = guest.native.util.getCallSites(FRAMES_LOOKED_AT);
  for (let index = 0; index < sites.length; index++) {
    const site = sites[index];
    if (site === undefined || site.scriptName === GUEST_SCRIPT) continue;
    return lineOf(guest, site.scriptName, site.lineNumber, site.columnNumber);
  }
  return undefined;
}

function lineOf(guest: Guest, file: string, line: number, column: number): string | undefined {
  if (!StringPrototypeStartsWith(file, LIBRARY_PREFIX)) return undefined;
  const source = guest.calls.sync("library.source", StringPrototypeSlice(file, LIBRARY_PREFIX.length));
  if (typeof source !== "string") return undefined;
  const text = shorten(StringPrototypeSplit(source, "\n")[line - 1] ?? "", PRINTED_MAX);
  return `${file}:${line}\n${text}\n${StringPrototypeRepeat(" ", column - 1)}^\n`;
}
