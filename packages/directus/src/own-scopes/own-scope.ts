import type { StandardSchemaV1 } from "@standard-schema/spec";
import { ExtensionError } from "../manifest/extension-error.ts";
import type { ExtensionManifest } from "../manifest/extension-manifest.ts";

/** What a scope of a host's own is made of. */
export interface ScopeDefinition<Granted> {
  /** What an extension may say of it in its manifest ([Standard Schema](https://standardschema.dev): zod, valibot, arktype). */
  readonly schema: StandardSchemaV1<unknown, Granted>;
  /**
   * The functions that `directus:api` has for an extension that asks for it, by their names. They check their arguments
   * themselves: these are a stranger's.
   */
  readonly functions: (granted: Granted, extension: ExtensionManifest) => ScopeFunctions;
}

/** Arguments and what it answers cross as copies. */
export type ScopeFunction = (...args: readonly unknown[]) => unknown;

/** By the names by which extensions import them. */
export type ScopeFunctions = Readonly<Record<string, ScopeFunction>>;

/**
 * A scope of a host's own, from {@link defineScope}.
 *
 * @param asked what the extension says of it, which is not checked yet
 * @param name by which the extension asks for it
 * @throws ExtensionError `ERR_EXTENSION_MANIFEST` for what the scope's schema refuses
 */
export type OwnScope = (asked: unknown, name: string, extension: ExtensionManifest) => ScopeFunctions;

/** Scopes of a host's own, by the names by which manifests ask for them. */
export type OwnScopes = Readonly<Record<string, OwnScope>>;

/** Makes a scope that a host can give extensions beside those of Directus. */
export function defineScope<Granted>({ schema, functions }: ScopeDefinition<Granted>): OwnScope {
  return (asked, name, extension) => functions(validated(schema, asked, name, extension), extension);
}

/**
 * The functions that an extension's manifest asks for.
 *
 * @throws ExtensionError `ERR_EXTENSION_MANIFEST` for what a scope's schema refuses
 */
export function scopeFunctions(scopes: OwnScopes, manifest: ExtensionManifest): ScopeFunctions {
  const granted = Object.entries(manifest.scopes.own).map(([name, asked]) => scopes[name]?.(asked, name, manifest));
  return Object.assign({}, ...granted);
}

function validated<Granted>(
  schema: StandardSchemaV1<unknown, Granted>,
  asked: unknown,
  name: string,
  { name: extension }: ExtensionManifest,
): Granted {
  const result = schema["~standard"].validate(asked);
  if (!(result instanceof Promise) && result.issues === undefined) return result.value;
  const [issue] = result instanceof Promise ? [] : (result.issues ?? []);
  const path = (issue?.path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
  throw new ExtensionError("ERR_EXTENSION_MANIFEST", `The manifest of "${extension}" is not valid`, {
    extension,
    field: ["directus:extension.sandbox.requestedScopes", name, ...path].join("."),
    remedy: issue?.message ?? "its schema answers by promise, which it may not",
  });
}
