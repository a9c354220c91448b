import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { createContext, runInContext } from "node:vm";
import {
  type IPluginManifest,
  type IPluginSandbox,
  PluginError,
  type SandboxContext,
  type SandboxIsolate,
} from "../../src/index.ts";

/** A sandbox as one writes it in an afternoon: what the conformance suite has to tell from one that holds. */
export class NaiveSandbox implements IPluginSandbox {
  readonly #realms: Map<string, object> = new Map();

  async createIsolate({ id, version, limits }: IPluginManifest): Promise<SandboxIsolate> {
    const isolate: SandboxIsolate = {
      id: randomUUID(),
      pluginId: id,
      pluginVersion: version,
      memoryLimitMB: limits?.memoryMb ?? 32,
      cpuTimeLimitMs: limits?.cpuTimeMs ?? 500,
      wallTimeLimitMs: limits?.wallTimeMs ?? 5_000,
      createdAt: Date.now(),
    };
    this.#realms.set(isolate.id, createContext({}));
    return isolate;
  }

  async executeInSandbox<T>(isolate: SandboxIsolate, code: string, context: SandboxContext): Promise<T> {
    const realm = this.#realms.get(isolate.id);
    if (realm === undefined) throw new PluginError("ERR_PLUGIN_DISPOSED", "It was disposed of");
    try {
      return await runInContext(code, Object.assign(realm, { context }), { timeout: isolate.cpuTimeLimitMs });
    } catch (cause) {
      throw new PluginError("ERR_PLUGIN_THREW", inspect(cause), { cause });
    }
  }

  dispose({ id }: SandboxIsolate): void {
    this.#realms.delete(id);
  }

  disposeAll(): void {
    this.#realms.clear();
  }

  getMemoryUsage(): number {
    return process.memoryUsage().heapUsed;
  }
}
