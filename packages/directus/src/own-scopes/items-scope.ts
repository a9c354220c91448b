import * as z from "zod";
import { ExtensionError } from "../manifest/extension-error.ts";
import type { ExtensionManifest } from "../manifest/extension-manifest.ts";
import { defineScope, type OwnScope, type ScopeFunction } from "./own-scope.ts";

const methods = ["read", "create", "update", "delete"] as const;

/** What an extension can ask to do with items. */
export type ItemsMethod = (typeof methods)[number];

/** A host's items. What a method is not there for, no extension can do. */
export interface ItemsAccess {
  /** @param query as the extension has it: validate it */
  readonly read?: (collection: string, query: unknown, extension: ExtensionManifest) => unknown;
  readonly create?: (collection: string, items: unknown, extension: ExtensionManifest) => unknown;
  readonly update?: (collection: string, change: unknown, extension: ExtensionManifest) => unknown;
  readonly delete?: (collection: string, keys: unknown, extension: ExtensionManifest) => unknown;
}

const schema = z.strictObject({
  collections: z.array(z.string().min(1)),
  methods: z.array(z.enum(methods)),
});

const perform = z.custom((given) => typeof given === "function", "a function").optional();
const accessSchema = z.strictObject({ read: perform, create: perform, update: perform, delete: perform });

const functionNames: Readonly<Record<ItemsMethod, string>> = {
  read: "readItems",
  create: "createItems",
  update: "updateItems",
  delete: "deleteItems",
};

/**
 * A scope for a host's items: `"items": { "collections": ["articles"], "methods": ["read"] }` gives an extension
 * `readItems(collection, query)`, and so on for `create`, `update` and `delete`. A function is there for each method that is
 * granted; a collection that is not fails the call.
 *
 * @throws ExtensionError `ERR_EXTENSION_OPTION` for a method that there is not, and for one that is no function
 */
export function itemsScope(access: ItemsAccess): OwnScope {
  assertAccess(access);
  return defineScope({
    schema,
    functions: ({ collections, methods: granted }, extension) =>
      Object.fromEntries(
        granted.map((method) => [functionNames[method], itemsFunction(access, method, collections, extension)]),
      ),
  });
}

function assertAccess(access: unknown): void {
  const { success, error } = accessSchema.safeParse(access);
  if (success) return;
  const [issue] = error.issues;
  throw new ExtensionError("ERR_EXTENSION_OPTION", "The access to a host's items is not valid", {
    field: ["access", ...(issue?.path ?? [])].join("."),
    remedy: issue?.message ?? "see its documentation",
  });
}

function itemsFunction(
  access: ItemsAccess,
  method: ItemsMethod,
  collections: readonly string[],
  extension: ExtensionManifest,
): ScopeFunction {
  return async (collection, argument) => {
    if (typeof collection !== "string") throw new TypeError("Collection has to be of type string");
    const perform = access[method];
    if (perform === undefined || !collections.includes(collection)) {
      throw new Error(`No permission to ${method} items of "${collection}"`);
    }
    return perform(collection, argument, extension);
  };
}
