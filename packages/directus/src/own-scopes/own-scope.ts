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

/** Arguments and what it answers cross as copies. What it throws, the extension gets: class, message and code. */
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

/**
 * Makes a scope that a host can give extensions beside those of Directus.
 *
 * @throws ExtensionError `ERR_EXTENSION_OPTION` for a schema that is none, and for what makes no functions
 */
export function defineScope<Granted>(definition: ScopeDefinition<Granted>): OwnScope {
  const { schema, functions } = readDefinition(definition);
  return (asked, name, extension) => functions(validated(schema, asked, name, extension), extension);
}

/** Only what is there already: whoever has written it may not have had a compiler. */
function readDefinition<Granted>(definition: ScopeDefinition<Granted>): ScopeDefinition<Granted> {
  const told: { readonly schema?: Partial<StandardSchemaV1>; readonly functions?: unknown } | null = definition;
  if (typeof told?.schema?.["~standard"]?.validate !== "function") {
    throw wrongScope("schema", "a Standard Schema, as zod, valibot and arktype make them");
  }
  if (typeof told.functions !== "function") throw wrongScope("functions", "a function that answers with functions");
  return definition;
}

/** What `directus:api` has of its own. */
const TAKEN: readonly string[] = ["log", "sleep", "request"];

/**
 * The functions that an extension's manifest asks for.
 *
 * @throws ExtensionError `ERR_EXTENSION_MANIFEST` for what a scope's schema refuses; `ERR_EXTENSION_OPTION` for what a scope
 * has that is no function, or whose name is taken
 */
export function scopeFunctions(scopes: OwnScopes, manifest: ExtensionManifest): ScopeFunctions {
  const all = new Map<string, ScopeFunction>();
  for (const [scope, asked] of Object.entries(manifest.scopes.own)) {
    for (const [name, own] of Object.entries(scopes[scope]?.(asked, scope, manifest) ?? {})) {
      const field = `scopes.${scope}.functions.${name}`;
      if (typeof own !== "function") throw wrongScope(field, "a function");
      if (TAKEN.includes(name) || all.has(name)) {
        throw wrongScope(field, "another name: there is a function of this one already");
      }
      all.set(name, own);
    }
  }
  return Object.fromEntries(all);
}

function wrongScope(field: string, remedy: string): ExtensionError {
  return new ExtensionError("ERR_EXTENSION_OPTION", "A scope of the host's own is not valid", { field, remedy });
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
