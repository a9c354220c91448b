export type { ExpressMiddleware } from "./endpoints/express-router.ts";
export type { HookEmitter } from "./hooks/hook-emitter.ts";
export { DirectusExtensions } from "./host/directus-extensions.ts";
export type { LoadReport } from "./host/extension-folders.ts";
export type { ExtensionLogger, LogContext } from "./host/extension-logger.ts";
export type { CallerRequest, DirectusExtensionsOptions } from "./host/host-options.ts";
export type { ExtensionPackage } from "./host/read-package.ts";
export type { FolderWatch } from "./host/watch-folder.ts";
export type { ExtensionLimits } from "./instance/extension-limits.ts";
export { ExtensionError, type ExtensionErrorCode, type ExtensionErrorDetail } from "./manifest/extension-error.ts";
export type {
  BundleEntry,
  BundleManifest,
  ExtensionManifest,
  PackageManifest,
  RequestedScopes,
  RequestMethod,
  RequestScope,
} from "./manifest/extension-manifest.ts";
export { readManifest, readPackageManifest } from "./manifest/read-manifest.ts";
export type { OperationTable } from "./operations/operation-table.ts";
export { type ItemsAccess, type ItemsMethod, itemsScope } from "./own-scopes/items-scope.ts";
export {
  defineScope,
  type OwnScope,
  type OwnScopes,
  type ScopeDefinition,
  type ScopeFunction,
  type ScopeFunctions,
} from "./own-scopes/own-scope.ts";
