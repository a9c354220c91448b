import { nodeAliases, notInVariable } from "./node-options.table.ts";

/** What the variable holds, word by word, or what Node says of it. */
type Words = readonly string[] | { readonly problem: string };

const PLACE = "NODE_OPTIONS";

/** Takes the words of `NODE_OPTIONS` apart as Node does: at blanks, which double quotes keep, with a backslash between those. */
export function wordsOfNodeOptions(value: string): Words {
  const words: string[] = [];
  let isQuoted = false;
  let begins = true;
  for (let at = 0; at < value.length; at += 1) {
    let character = value[at] ?? "";
    if (character === "\\" && isQuoted) {
      at += 1;
      if (at === value.length) return { problem: `invalid value for ${PLACE} (invalid escape)` };
      character = value[at] ?? "";
    } else if (character === " " && !isQuoted) {
      begins = true;
      continue;
    } else if (character === '"') {
      isQuoted = !isQuoted;
      continue;
    }
    if (begins) words.push(character);
    else words[words.length - 1] += character;
    begins = false;
  }
  return isQuoted ? { problem: `invalid value for ${PLACE} (unterminated string)` } : words;
}

/** Whether an option, as it was written, may stand in the variable; what is none may not. */
export function mayBeInVariable(argument: string): boolean {
  const [written = ""] = argument.split("=", 1);
  if (!written.startsWith("-") || written === "-" || written === "--") return false;
  const plain = written.startsWith("--") ? `--${written.slice(2).replaceAll("_", "-")}` : written;
  const name = Object.hasOwn(nodeAliases, plain) ? (nodeAliases[plain] ?? plain) : plain;
  return !notInVariable.has(name.replace(/^--no-/, "--")) && !notInVariable.has(name);
}
