import type { Rule } from "../policy-data.ts";
import { compileGlobs, type GlobKind, LONGEST_TEXT } from "./glob.ts";

const kind: GlobKind = { permission: "allowCommands()", components: true, problemOf: () => undefined };

/** Judges the command of a child-process request, as the guest wrote it. */
export function compileCommandRule(commands: readonly string[]): Rule {
  const matches = compileGlobs(commands, kind);
  return ({ command }) =>
    typeof command === "string" && command.length <= LONGEST_TEXT ? matches(command) : undefined;
}
