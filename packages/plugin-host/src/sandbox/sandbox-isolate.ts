/**
 * A handle on an isolate of one plugin: data, frozen. What counts is kept by the sandbox that has made it; a copy of a handle,
 * or another sandbox's, is none.
 */
export interface SandboxIsolate {
  /** Another for each isolate. */
  readonly id: string;
  /** The `id` of the manifest. */
  readonly pluginId: string;
  readonly pluginVersion: string;
  /** MiB: `limits.memoryMb` of the manifest. */
  readonly memoryLimitMB: number;
  /** Milliseconds of CPU time of each execution: `limits.cpuTimeMs` of the manifest. */
  readonly cpuTimeLimitMs: number;
  /** Milliseconds that an execution may take: `limits.wallTimeMs` of the manifest. */
  readonly wallTimeLimitMs: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}
