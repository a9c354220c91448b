import * as z from "zod";
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
 */
export function itemsScope(access: ItemsAccess): OwnScope {
  return defineScope({
    schema,
    functions: ({ collections, methods: granted }, extension) =>
      Object.fromEntries(
        granted.map((method) => [functionNames[method], itemsFunction(access, method, collections, extension)]),
      ),
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
