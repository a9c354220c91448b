import type * as z from "zod";
import { ExtensionError } from "./extension-error.ts";

/** What a `package.json` has an extension in. */
export const KEY = "directus:extension";

/**
 * What a schema makes of a part of a manifest.
 *
 * @param within where that part is
 * @throws ExtensionError `ERR_EXTENSION_MANIFEST`, which names the field
 */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  extension: string | undefined,
  within: readonly string[],
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const field = [...within, ...(issue?.path ?? [])].join(".");
  throw invalid(extension, field, issue?.message ?? "see its documentation");
}

/** A manifest that is none, and why. */
export function invalid(extension: string | undefined, field: string, remedy: string): ExtensionError {
  const who =
    extension === undefined ? "This is no package of an extension" : `The manifest of "${extension}" is not valid`;
  return new ExtensionError("ERR_EXTENSION_MANIFEST", who, {
    ...(extension !== undefined && { extension }),
    ...(field !== "" && { field }),
    remedy,
  });
}

/** A manifest without a sandbox where there has to be one. */
export function unsandboxed(extension: string, what: string, field: string): ExtensionError {
  return new ExtensionError("ERR_EXTENSION_UNSANDBOXED", `${what} does not ask for a sandbox, and runs in none other`, {
    extension,
    field,
    remedy: 'set it to true and name what it needs in "requestedScopes"',
  });
}
