/** Why something about a plugin could not be done. */
export type PluginErrorCode =
  /** A manifest that is none: `issues` lists all that is wrong with it. */
  | "ERR_PLUGIN_MANIFEST"
  /** A folder or an archive that is no package of a plugin, or cannot be read. */
  | "ERR_PLUGIN_PACKAGE"
  /** An option of the host, or of a sandbox, that it cannot have. */
  | "ERR_PLUGIN_OPTION"
  /** Its code cannot be parsed, linked or evaluated, or what it registers is refused. */
  | "ERR_PLUGIN_LOAD"
  /** What was called of it has thrown, or given what is no data. */
  | "ERR_PLUGIN_THREW"
  /** It has used more than a limit allows; `limit` says which. */
  | "ERR_PLUGIN_LIMIT"
  /** It has not answered in time. */
  | "ERR_PLUGIN_TIMEOUT"
  /** Whoever has called has called it off. */
  | "ERR_PLUGIN_ABORTED"
  /** Its guest has ended, or its isolate was disposed of. */
  | "ERR_PLUGIN_DISPOSED"
  /** There is no such plugin or isolate here. */
  | "ERR_PLUGIN_UNKNOWN"
  /** What was asked cannot be done in the state in which the plugin is. */
  | "ERR_PLUGIN_STATE"
  /** It has crashed of late and rests, or was put out of service. */
  | "ERR_PLUGIN_RESTING"
  /** An update that asks for more than was granted waits for an approval. */
  | "ERR_PLUGIN_HELD"
  /** Its manifest does not grant what it asked for. */
  | "ERR_PLUGIN_PERMISSION"
  /** Its storage is full. */
  | "ERR_PLUGIN_QUOTA"
  /** It asks for more, or sooner, than it may. */
  | "ERR_PLUGIN_BUSY"
  /** An argument of a service that it cannot have. */
  | "ERR_PLUGIN_ARGUMENT"
  /** A service of the host has failed; why is the host's to know. */
  | "ERR_PLUGIN_SERVICE";

/** What of its limits a plugin has used up. */
export type LimitName = "memory" | "cpu" | "wall" | "result" | "calls";

/** One thing that is wrong with a manifest or with options. */
export interface PluginIssue {
  /** Where: `permissions.network.hosts.0`; empty for the whole. */
  readonly field: string;
  /** What is expected there. */
  readonly message: string;
}

/** What a {@link PluginError} says beside its message. */
export interface PluginErrorDetail {
  /** The plugin's id, as far as it is known. */
  readonly plugin?: string;
  /** With `ERR_PLUGIN_LIMIT`. */
  readonly limit?: LimitName;
  /** With `ERR_PLUGIN_MANIFEST` and `ERR_PLUGIN_OPTION`. */
  readonly issues?: readonly PluginIssue[];
  /** What a plugin threw, as data, or what the host's own code threw. */
  readonly cause?: unknown;
}

/** An error of this package, with a code. */
export class PluginError extends Error {
  readonly code: PluginErrorCode;
  readonly plugin: string | undefined;
  readonly limit: LimitName | undefined;
  readonly issues: readonly PluginIssue[];

  constructor(code: PluginErrorCode, message: string, detail: PluginErrorDetail = {}) {
    const { plugin, limit, issues = [], cause } = detail;
    super(message, cause === undefined ? undefined : { cause });
    this.name = "PluginError";
    this.code = code;
    this.plugin = plugin;
    this.limit = limit;
    this.issues = issues;
  }
}
