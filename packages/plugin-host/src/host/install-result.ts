import type { PluginError } from "../errors/plugin-error.ts";
import type { PermissionRequest } from "./held-packages.ts";
import type { PluginInfo } from "./plugin-status.ts";

/** What became of a package: `held` until somebody approves what it asks for. */
export type InstallResult =
  | { readonly kind: "installed" | "updated"; readonly plugin: PluginInfo }
  | { readonly kind: "held"; readonly request: PermissionRequest };

/** What became of one package of several. */
export type InstallReport =
  | { readonly source: string; readonly result: InstallResult; readonly error?: undefined }
  | { readonly source: string; readonly error: PluginError; readonly result?: undefined };

/** What became of the start of one plugin of several. */
export interface StartReport {
  readonly plugin: string;
  /** Why it does not run. */
  readonly error: PluginError | undefined;
}
