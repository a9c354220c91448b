import { CommandError } from "./command-error.ts";
import { placeVariables, refusedVariables } from "./refused-variables.table.ts";

/** What an executor says of the variables of its commands. */
export interface VariableRules {
  /** What every command gets, whatever its guest passes. */
  readonly own: Readonly<Record<string, string>>;
  /** What a guest may pass although it is refused by default; a name that ends in `*` stands for all that begin so. */
  readonly allowed: readonly string[];
}

/**
 * Every variable of a command: what the guest passes, but for what names places, and then the executor's own.
 *
 * @throws {CommandError} `EACCES` for one that is not passed to commands
 */
export function commandVariables(
  passed: Readonly<Record<string, string>>,
  { own, allowed }: VariableRules,
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(passed)) {
    if (covers(allowed, name)) variables[name] = value;
    else if (!covers(placeVariables, name)) {
      assertPassed(name);
      variables[name] = value;
    }
  }
  return Object.freeze(Object.assign(variables, own));
}

function assertPassed(name: string): void {
  const group = refusedVariables.find(({ names }) => covers(names, name));
  if (group === undefined) return;
  throw new CommandError("EACCES", `the variable ${name} is not passed to commands, since ${group.because}`);
}

function covers(names: readonly string[], name: string): boolean {
  return names.some((known) => (known.endsWith("*") ? name.startsWith(known.slice(0, -1)) : name === known));
}
