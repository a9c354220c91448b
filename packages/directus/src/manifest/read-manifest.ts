import { ExtensionError } from "./extension-error.ts";
import type { ExtensionManifest, PackageManifest } from "./extension-manifest.ts";
import { extensionSchema, packageSchema } from "./manifest-schema.ts";
import { KEY, parse, unsandboxed } from "./parse.ts";
import { readBundle } from "./read-bundle.ts";
import { readScopes, scopeWarnings } from "./read-scopes.ts";

/**
 * Reads a `package.json` of one extension.
 *
 * @param content its parsed content
 * @param ownScopes names of scopes that the host defines
 * @throws ExtensionError `ERR_EXTENSION_MANIFEST`, `ERR_EXTENSION_TYPE`, `ERR_EXTENSION_UNSANDBOXED`
 */
export function readManifest(content: unknown, ownScopes: readonly string[] = []): ExtensionManifest {
  const { name, version, [KEY]: told } = parse(packageSchema, content, undefined, []);
  const extension = parse(extensionSchema, told, name, [KEY]);
  if (extension.type === "bundle") {
    const remedy = 'publish each of its extensions as a package of its own, or have the host set its option "bundles"';
    throw new ExtensionError("ERR_EXTENSION_TYPE", `"${name}" is a bundle, which has no sandbox`, {
      extension: name,
      field: `${KEY}.type`,
      remedy,
    });
  }
  if (extension.type !== "endpoint" && extension.type !== "hook" && extension.type !== "operation") {
    throw new ExtensionError("ERR_EXTENSION_TYPE", `"${name}" has no code for the API: it is for the app`, {
      extension: name,
      field: `${KEY}.type`,
    });
  }
  const { sandbox } = extension;
  if (sandbox?.enabled !== true) throw unsandboxed(name, `"${name}"`, `${KEY}.sandbox.enabled`);
  const scopes = sandbox.requestedScopes ?? {};
  return {
    name,
    version,
    type: extension.type,
    file: typeof extension.path === "string" ? extension.path : extension.path.api,
    scopes: readScopes(scopes, ownScopes),
    warnings: scopeWarnings(scopes, ownScopes, KEY),
  };
}

/**
 * Reads a `package.json` of one extension, or of a bundle whose extensions all have a sandbox.
 *
 * @param content its parsed content
 * @param ownScopes names of scopes that the host defines
 * @throws ExtensionError `ERR_EXTENSION_MANIFEST`, `ERR_EXTENSION_TYPE`, `ERR_EXTENSION_UNSANDBOXED`
 */
export function readPackageManifest(content: unknown, ownScopes: readonly string[] = []): PackageManifest {
  const { name, version, [KEY]: told } = parse(packageSchema, content, undefined, []);
  return told["type"] === "bundle" ? readBundle(name, version, told, ownScopes) : readManifest(content, ownScopes);
}
