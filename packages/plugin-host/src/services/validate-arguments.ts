import { PluginError } from "../errors/plugin-error.ts";
import type { ServiceMethod } from "./service-method.ts";

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
    field: [index, ...path.map((part) => (typeof part === "object" ? part.key : part))].map(String).join("."),
    message,
  }));
  const message = `Argument ${index} is not valid: ${issues[0]?.message ?? "see the service's documentation"}`;
  return new PluginError("ERR_PLUGIN_ARGUMENT", message, { plugin, issues });
}
