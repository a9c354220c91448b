import type { Guest } from "../guest.ts";
import { ObjectDefineProperty, StringPrototypeSplit } from "../past-prototypes.ts";
import {
  globalObject,
  ReflectDeleteProperty,
  ReflectOwnKeys,
  SetPrototypeAdd,
  SetPrototypeHas,
} from "../primordial.ts";
import { serveGlobalEvents } from "./global-events.ts";
import { webConsole } from "./web-console.ts";
import { webFetch } from "./web-fetch.ts";
import { consoleFunctions, webGlobals } from "./web-globals.table.ts";
import { webNavigator } from "./web-navigator.ts";
import { webPerformance } from "./web-performance.ts";
import { webTimers } from "./web-timers.ts";

const known = new Set<string>();

/** Takes from the global object of a guest in which Node has booted all that is not of the web, before any program sees it. */
export function becomeWeb(guest: Guest): void {
  define(
    "console",
    webConsole(guest, (visit) => eachName(consoleFunctions, visit)),
  );
  const timers = webTimers(guest);
  define("setTimeout", timers.setTimeout);
  define("setInterval", timers.setInterval);
  define("clearTimeout", timers.clearTimeout);
  define("clearInterval", timers.clearInterval);
  define("navigator", webNavigator());
  define("self", globalObject);
  webPerformance(guest, define);
  webFetch(guest, define);
  serveGlobalEvents(guest, define);
  removeOthers();
}

/** Each name of such a table. */
function eachName(lines: readonly string[], visit: (name: string) => void): void {
  for (let line = 0; line < lines.length; line++) {
    const names = StringPrototypeSplit(lines[line] as string, " ");
    for (let index = 0; index < names.length; index++) visit(names[index] as string);
  }
}

/** As the web's interfaces and functions are there: not shown when the global object is listed. */
function define(name: string, value: unknown): void {
  ObjectDefineProperty(globalObject, name, { value, writable: true, enumerable: false, configurable: true });
}

function removeOthers(): void {
  eachName(webGlobals, (name) => SetPrototypeAdd(known, name));
  const keys = ReflectOwnKeys(globalObject);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as PropertyKey;
    if (typeof key === "string" && SetPrototypeHas(known, key)) continue;
    // Not looked at: much of the library would be loaded for that. What it keeps under private symbols no list shows.
    ReflectDeleteProperty(globalObject, key);
  }
}
