import * as z from "zod";
import { ExtensionError } from "../manifest/extension-error.ts";
import type { ExtensionManifest } from "../manifest/extension-manifest.ts";

const schema = z.strictObject({ names: z.array(z.string().min(1)) });

/**
 * The variables that an extension asks for, of those that it can have.
 *
 * @throws ExtensionError `ERR_EXTENSION_MANIFEST` for a scope that names none properly, or one that there is not
 */
export function grantedVariables(
  { name: extension, scopes }: ExtensionManifest,
  env: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const asked = scopes.own["env"];
  if (asked === undefined || env === undefined) return {};
  const { success, data, error } = schema.safeParse(asked);
  if (!success) throw refused(extension, "", error.issues[0]?.message ?? "it names variables");
  const granted = data.names.map((name) => {
    if (!Object.hasOwn(env, name)) throw refused(extension, ".names", `"${name}" is no variable that can be had here`);
    return [name, env[name] as string] as const;
  });
  return Object.fromEntries(granted);
}

function refused(extension: string, field: string, remedy: string): ExtensionError {
  return new ExtensionError("ERR_EXTENSION_MANIFEST", `The manifest of "${extension}" is not valid`, {
    extension,
    field: `directus:extension.sandbox.requestedScopes.env${field}`,
    remedy,
  });
}
