import type { Rule } from "../policy-data.ts";
import { compileGlobs, type GlobKind, LONGEST_TEXT } from "./glob.ts";

const kind: GlobKind = {
  permission: "allowCommands()",
  components: true,
  problemOf(pattern) {
    const isPath = pattern.startsWith("/") || pattern.startsWith("**");
    return isPath || !pattern.includes("/") ? undefined : "expected a name or an absolute path";
  },
};

/**
 * Judges the command of a child-process request: by its name where the guest wrote a name, by the file that it comes to
 * otherwise. A list that does not allow shells judges none of them, so that no combination with `not` lets one through.
 */
export function compileCommandRule(list: { readonly commands: readonly string[]; readonly shell: boolean }): Rule {
  const matches = compileGlobs(list.commands, kind);
  return ({ command, resolved, argv0, shell }) => {
    if (!isText(command) || !(resolved === undefined || isText(resolved))) return undefined;
    if (shell !== false || argv0 !== undefined) return list.shell ? true : undefined;
    const file = resolved ?? command;
    if (!isResolved(file)) return undefined;
    if (!command.includes("/") && matches(command)) return true;
    if (file.startsWith("/") && matches(file)) return true;
    // The list has that name, for what the guest did not write as one.
    return [command, file].some((text) => matches(text.slice(text.lastIndexOf("/") + 1))) ? undefined : false;
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_TEXT;
}

/** Whether nothing in a path leads elsewhere than it says. */
function isResolved(path: string): boolean {
  return !path.split("/").some((component) => component === "." || component === "..");
}
