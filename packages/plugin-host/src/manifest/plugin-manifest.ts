/** What a plugin says of itself, what it asks for, and what it needs. */
export interface IPluginManifest {
  /** Of the JSON schema, for editors; means nothing here. */
  readonly $schema?: string | undefined;
  /** Of the manifest's form. @default 1, the only one that there is */
  readonly manifestVersion?: 1 | undefined;
  /** `org.example.related` or `related-articles`: lower-case letters, digits, and `.` or `-` between them; at most 100. */
  readonly id: string;
  /** For people; at most 100 characters on one line. */
  readonly name: string;
  /** As semver has it. */
  readonly version: string;
  readonly description?: string | undefined;
  readonly author?: string | undefined;
  readonly license?: string | undefined;
  /** The module within its package that is loaded: `dist/index.js`. */
  readonly entrypoint: string;
  /** What exists for it; nothing but this does. @default nothing */
  readonly permissions?: IPluginPermissions | undefined;
  readonly limits?: IPluginLimits | undefined;
  /** What its configuration is where the host sets no other: JSON. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** What a plugin asks for. */
export interface IPluginPermissions {
  /**
   * Where its `http` may go: `example.com`, `*.example.com` (names beneath it, and not itself), an address (`10.1.0.7`,
   * `[::1]`), or `*` for any; with a port (`example.com:8443`), or for all of them. No URLs.
   */
  readonly network?: { readonly hosts: readonly string[] } | undefined;
  /** How much its `storage` holds, in bytes of keys and values. */
  readonly storage?: { readonly quotaBytes: number } | undefined;
  /** Events that it may hear and filter: `article.created`, or `article.*` for all that begin so. */
  readonly hooks?: readonly string[] | undefined;
  /** Events that it may send, spelt as `hooks` are. */
  readonly emits?: readonly string[] | undefined;
  /** Services of the host by their names: their methods, or `"*"` for all that there are. */
  readonly services?: Readonly<Record<string, "*" | readonly string[]>> | undefined;
}

/** What a plugin may use of the machine. A host can grant less. */
export interface IPluginLimits {
  /** Memory of its isolate, in MiB, from 8. @default 32 */
  readonly memoryMb?: number | undefined;
  /** CPU time of its evaluation and of each call, in milliseconds. @default 500 */
  readonly cpuTimeMs?: number | undefined;
  /** How long its evaluation and each call may take, waiting included, in milliseconds. @default 5000 */
  readonly wallTimeMs?: number | undefined;
}

/** A manifest in which nothing is left open: what was checked, as one copy that nobody else holds. Frozen, deeply. */
export interface PluginManifest {
  readonly manifestVersion: 1;
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly author: string;
  readonly license: string;
  readonly entrypoint: string;
  readonly permissions: PluginPermissions;
  readonly limits: PluginLimits;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What a manifest asks for, whole. Lists are sorted, and name nothing twice. */
export interface PluginPermissions {
  readonly network: { readonly hosts: readonly string[] } | undefined;
  readonly storage: { readonly quotaBytes: number } | undefined;
  readonly hooks: readonly string[];
  readonly emits: readonly string[];
  /** A map, since the names are strangers' words. */
  readonly services: ReadonlyMap<string, "*" | readonly string[]>;
}

/** What a plugin may use of the machine, whole. */
export interface PluginLimits {
  /** MiB. */
  readonly memoryMb: number;
  /** Milliseconds. */
  readonly cpuTimeMs: number;
  /** Milliseconds. */
  readonly wallTimeMs: number;
}
