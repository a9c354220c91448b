import type { Guest } from "../guest.ts";
import type { NodeOptionsInfo } from "../node-tables.ts";
import { ArrayPrototypePush } from "../past-prototypes.ts";
import { JSONParse, StringPrototypeIndexOf, StringPrototypeSlice } from "../primordial.ts";

/** The options of `NODE_OPTIONS`: parted by spaces, but for those in double quotes, where a backslash keeps what follows. */
export function readNodeOptions(text: string): readonly string[] {
  const options: string[] = [];
  let option = "";
  let isQuoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] as string;
    if (isQuoted && character === "\\") {
      index++;
      option += text[index] ?? "";
    } else if (character === '"') isQuoted = !isQuoted;
    else if (character === " " && !isQuoted) {
      if (option !== "") ArrayPrototypePush(options, option);
      option = "";
    } else option += character;
  }
  if (option !== "") ArrayPrototypePush(options, option);
  return options;
}

/** Those of these arguments that Node does not know at all: what is of a whole process is said to threads in vain, as Node has it. */
export function unknownOptions(guest: Guest, args: readonly string[]): readonly string[] {
  const unknown: string[] = [];
  if (args.length === 0) return unknown;
  const { options } = JSONParse(guest.tables.optionsInfo) as NodeOptionsInfo;
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? "";
    const equals = StringPrototypeIndexOf(argument, "=");
    const name = equals < 0 ? argument : StringPrototypeSlice(argument, 0, equals);
    let isKnown = false;
    for (let at = 0; at < options.length; at++) if (options[at]?.[0] === name) isKnown = true;
    if (!isKnown) ArrayPrototypePush(unknown, argument);
  }
  return unknown;
}
