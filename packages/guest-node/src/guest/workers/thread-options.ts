import type { GuestConfig } from "@vivarium/core";
import type { Guest } from "../guest.ts";
import { ArrayPrototypePush, dictionary, StringPrototypeSplit } from "../past-prototypes.ts";
import {
  ArrayIsArray,
  ArrayPrototypeJoin,
  ObjectHasOwn,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
} from "../primordial.ts";

type Options = GuestConfig["options"];

/** What a thread is given on its command line, or what of that no thread can be given. */
export interface ThreadOptions {
  readonly options: Options;
  /** The arguments themselves, up to a "--". */
  readonly args: readonly string[];
  readonly invalid: readonly string[];
}

/** Short for others. */
const aliases: Readonly<Record<string, string>> = {
  __proto__: null as never,
  "-C": "--conditions",
  "-r": "--require",
};

/** Those of a whole process. */
const ofProcess: Readonly<Record<string, true>> = {
  __proto__: null as never,
  "--redirect-warnings": true,
  "--title": true,
  "--trace-event-categories": true,
  "--disable-proto": true,
  "--icu-data-dir": true,
};

/** A thread opens no door to the library's inside that its guest has not. */
function isForbidden(guest: Guest, name: string): boolean {
  return name === "--expose-internals" && guest.options()[name] !== true;
}

/** Reads the arguments that a thread is to have, by the kind of value that each option of Node has by default. */
export function readThreadArguments(guest: Guest, args: readonly string[]): ThreadOptions {
  const known = guest.tables.options as Options;
  const options = dictionary<Options[string]>();
  const invalid: string[] = [];
  const taken = untilDashes(args);
  for (let index = 0; index < taken.length; index++) {
    const argument = taken[index] ?? "";
    const equals = StringPrototypeIndexOf(argument, "=");
    const given = equals < 0 ? argument : StringPrototypeSlice(argument, 0, equals);
    const name = aliases[given] ?? withDashes(given);
    if (StringPrototypeStartsWith(name, "--no-")) {
      const undone = `--${StringPrototypeSlice(name, "--no-".length)}`;
      if (ObjectHasOwn(known, undone)) options[undone] = false;
      else ArrayPrototypePush(invalid, argument);
      continue;
    }
    if (!ObjectHasOwn(known, name) || ofProcess[name] === true || isForbidden(guest, name)) {
      ArrayPrototypePush(invalid, argument);
      continue;
    }
    const kind = known[name];
    if (typeof kind === "boolean") {
      options[name] = true;
      continue;
    }
    const value = equals < 0 ? taken[++index] : StringPrototypeSlice(argument, equals + 1);
    if (value === undefined) ArrayPrototypePush(invalid, argument);
    else if (ArrayIsArray(kind)) {
      const list = (options[name] ?? []) as string[];
      ArrayPrototypePush(list, value);
      options[name] = list;
    } else options[name] = typeof kind === "number" ? +value : value;
  }
  return { options, args: taken, invalid };
}

/** Node takes an underscore in the name of an option for a dash. */
function withDashes(name: string): string {
  if (!StringPrototypeStartsWith(name, "--")) return name;
  return `--${ArrayPrototypeJoin(StringPrototypeSplit(StringPrototypeSlice(name, "--".length), "_"), "-")}`;
}

function untilDashes(args: readonly string[]): readonly string[] {
  const taken: string[] = [];
  for (let index = 0; index < args.length && args[index] !== "--"; index++)
    ArrayPrototypePush(taken, args[index] ?? "");
  return taken;
}
