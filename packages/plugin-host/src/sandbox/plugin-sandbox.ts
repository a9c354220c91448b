import type { IPluginManifest } from "../manifest/plugin-manifest.ts";
import type { SandboxContext } from "./sandbox-context.ts";
import type { SandboxIsolate } from "./sandbox-isolate.ts";

/** Runs code of plugins, each in an isolate that knows nothing of the others. */
export interface IPluginSandbox {
  /**
   * Makes an isolate for a plugin.
   *
   * @throws PluginError (by rejection) `ERR_PLUGIN_MANIFEST`; `ERR_PLUGIN_LOAD` where none can be had; `ERR_PLUGIN_DISPOSED`
   * where all were disposed of meanwhile
   */
  createIsolate(manifest: IPluginManifest): Promise<SandboxIsolate>;

  /**
   * Runs JavaScript in an isolate. Executions may overlap; they share what the code keeps in its global scope.
   *
   * @typeParam T what the code is trusted to answer; nothing checks it
   * @param code a script; or what has `return` or `await` of its own. It finds the services as `context`
   * @returns what it comes to, awaited: a copy, of data alone
   * @throws PluginError (by rejection) `ERR_PLUGIN_THREW`, with what was thrown as `cause`; `ERR_PLUGIN_LIMIT` with `limit`;
   * `ERR_PLUGIN_TIMEOUT`, `ERR_PLUGIN_ABORTED`, `ERR_PLUGIN_DISPOSED`, `ERR_PLUGIN_UNKNOWN`, `ERR_PLUGIN_ARGUMENT`
   */
  executeInSandbox<T>(isolate: SandboxIsolate, code: string, context: SandboxContext): Promise<T>;

  /**
   * Ends an isolate, and what is under way in it (`ERR_PLUGIN_DISPOSED`). One that has ended is left alone.
   *
   * @throws PluginError `ERR_PLUGIN_UNKNOWN`
   */
  dispose(isolate: SandboxIsolate): void;

  /** Ends all isolates, and those that are being made. */
  disposeAll(): void;

  /**
   * Memory that an isolate takes, in bytes, as last measured.
   *
   * @throws PluginError `ERR_PLUGIN_UNKNOWN`, `ERR_PLUGIN_DISPOSED`
   */
  getMemoryUsage(isolate: SandboxIsolate): number;
}
