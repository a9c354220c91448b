import { type ExtensionManifest, readManifest } from "../../src/index.ts";

export type Type = ExtensionManifest["type"];

/** What stands in `directus:extension` of a good extension of a type. */
export function extensionOf(type: Type, sandbox: unknown = { enabled: true, requestedScopes: {} }): object {
  const path = type === "operation" ? { app: "dist/app.js", api: "dist/api.js" } : "dist/index.js";
  const source = type === "operation" ? { app: "src/app.js", api: "src/api.js" } : "src/index.js";
  return { type, path, source, host: "^10.7.0", sandbox };
}

/** A `package.json`, with changes. */
export function packageOf(extension: object, changes: object = {}): object {
  return { name: "my-extension", version: "1.0.0", "directus:extension": extension, ...changes };
}

/** The manifest of a good extension that asks for scopes. */
export function manifestOf(type: Type, requestedScopes: object = {}, name = `my-${type}`): ExtensionManifest {
  return readManifest(packageOf(extensionOf(type, { enabled: true, requestedScopes }), { name }));
}
