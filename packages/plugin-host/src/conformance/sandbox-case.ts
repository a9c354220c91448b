import type { IPluginLimits, IPluginManifest, IPluginPermissions } from "../manifest/plugin-manifest.ts";
import type { IPluginSandbox } from "../sandbox/plugin-sandbox.ts";
import type { SandboxContext } from "../sandbox/sandbox-context.ts";
import type { SandboxIsolate } from "../sandbox/sandbox-isolate.ts";

/** Makes a sandbox that has no isolates yet: called for each case, which disposes of it. */
export type MakeSandbox = () => IPluginSandbox | Promise<IPluginSandbox>;

/**
 * What a case is about. Cases of `limits` run code that loops and allocates without end: a sandbox that does not stop it takes
 * the process of the test with it.
 */
export type SandboxTopic = "execution" | "isolation" | "context" | "limits" | "life";

/** One thing that is expected of every sandbox. */
export interface PluginSandboxCase {
  readonly topic: SandboxTopic;
  readonly name: string;
  /** Rejects, with what was found instead, for a sandbox that does otherwise. */
  run(makeSandbox: MakeSandbox): Promise<void>;
}

/** A sandbox under test. */
export interface SandboxBench {
  readonly sandbox: IPluginSandbox;
  readonly makeSandbox: MakeSandbox;
  /** A new isolate, for a manifest that asks for this. */
  isolate(permissions?: IPluginPermissions, limits?: IPluginLimits): Promise<SandboxIsolate>;
  /** Runs code, in an isolate of its own where none is given. */
  run(code: string, where?: { readonly in?: SandboxIsolate; readonly with?: SandboxContext }): Promise<unknown>;
}

/** A case that has a sandbox to try. */
export function sandboxCase(
  topic: SandboxTopic,
  name: string,
  attempt: (bench: SandboxBench) => Promise<void>,
): PluginSandboxCase {
  return {
    topic,
    name,
    async run(makeSandbox) {
      const sandbox = await makeSandbox();
      try {
        await attempt(benchOf(sandbox, makeSandbox));
      } finally {
        await endSandbox(sandbox);
      }
    },
  };
}

/** Disposes of all that a sandbox has made, and waits for it where the sandbox lets one. */
export async function endSandbox(sandbox: IPluginSandbox & Partial<AsyncDisposable>): Promise<void> {
  sandbox.disposeAll();
  await sandbox[Symbol.asyncDispose]?.();
}

/** A manifest that asks for this. */
export function manifestOf(permissions: IPluginPermissions = {}, limits: IPluginLimits = {}): IPluginManifest {
  return {
    id: "org.example.conformance",
    name: "Conformance",
    version: "1.2.3",
    entrypoint: "index.js",
    permissions,
    limits: { memoryMb: 32, cpuTimeMs: 1_000, wallTimeMs: 30_000, ...limits },
  };
}

function benchOf(sandbox: IPluginSandbox, makeSandbox: MakeSandbox): SandboxBench {
  const isolate: SandboxBench["isolate"] = (permissions, limits) =>
    sandbox.createIsolate(manifestOf(permissions, limits));
  return {
    sandbox,
    makeSandbox,
    isolate,
    run: async (code, where = {}) => sandbox.executeInSandbox(where.in ?? (await isolate()), code, where.with ?? {}),
  };
}
