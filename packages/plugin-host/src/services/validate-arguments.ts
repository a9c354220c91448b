import { PluginError } from "../errors/plugin-error.ts";
import { shownWords } from "../text/quoted.ts";
import type { ServiceMethod } from "./service-method.ts";

/** Characters of what is wrong with one argument, and of where: a schema's message may name all that the plugin has sent. */
const LONGEST = 300;

/**
 * What a method's schemas make of a plugin's arguments.
 *
 * @throws PluginError `ERR_PLUGIN_ARGUMENT`, whose `issues` have the number of the argument, from 0, before the field
 */
export async function validateArguments(
  { parameters }: ServiceMethod,
  args: readonly unknown[],
  plugin: string,
): Promise<readonly unknown[]> {
  const valid: unknown[] = [];
  for (const [index, schema] of parameters.entries()) {
    const result = await schema["~standard"].validate(args[index]);
    if (result.issues !== undefined) throw refused(index, result.issues, plugin);
    valid.push(result.value);
  }
  return valid;
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

function refused(index: number, told: readonly Issue[], plugin: string): PluginError {
  const issues = told.slice(0, 10).map(({ message, path = [] }) => ({
    field: shownWords([index, ...path.map(keyOf)].map(String).join("."), LONGEST),
    message: shownWords(message, LONGEST),
  }));
  const message = `Argument ${index} is not valid: ${issues[0]?.message ?? "see the service's documentation"}`;
  return new PluginError("ERR_PLUGIN_ARGUMENT", message, { plugin, issues });
}

function keyOf(part: PropertyKey | { readonly key: PropertyKey }): PropertyKey {
  return typeof part === "object" ? part.key : part;
}
