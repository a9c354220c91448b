import { PluginError } from "../errors/plugin-error.ts";
import type { IPluginManifest } from "../manifest/plugin-manifest.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import { carefulLog, type Log } from "../services/careful-log.ts";
import type { ILogger } from "../services/logger.ts";
import { LiveIsolate } from "./live-isolate.ts";
import { MemoryWatch } from "./memory-watch.ts";
import type { IPluginSandbox } from "./plugin-sandbox.ts";
import { readContext, type SandboxContext } from "./sandbox-context.ts";
import type { SandboxIsolate } from "./sandbox-isolate.ts";
import { readSandboxOptions, type SandboxOptions, type SandboxSettings } from "./sandbox-options.ts";
import { SandboxRuntime } from "./sandbox-runtime.ts";

/**
 * Runs code of plugins in V8 isolates, each in a process beside the host's. They have memory, CPU time and wall time as their
 * manifests say; no Node, no web, and of the host what their context lends and their manifest grants.
 *
 * An isolate lives until it is disposed of. When a limit, or a crash, has ended what runs in it, that execution and those beside
 * it fail, and the next one finds a fresh global scope.
 */
export class IsolatedVmSandbox implements IPluginSandbox, AsyncDisposable {
  readonly #log: Log;
  readonly #settings: SandboxSettings;
  readonly #runtime: SandboxRuntime;
  readonly #watch: MemoryWatch;
  /** All that it has made, by their handles; those that are over, too. */
  readonly #known: WeakMap<SandboxIsolate, LiveIsolate> = new WeakMap();
  /** Those that are in use, by their ids. */
  readonly #active: Map<string, LiveIsolate> = new Map();
  readonly #opening: Set<LiveIsolate> = new Set();
  readonly #endings: Set<Promise<void>> = new Set();
  #isDisposed = false;

  /**
   * @param logger hears of isolates, of calls of services (those that are denied or fail: `warn`), and of what guests say. @default none
   * @throws PluginError `ERR_PLUGIN_OPTION`
   */
  // Containers that build what has no parameters of its own count those before the first default.
  constructor(logger: ILogger | undefined = undefined, options: SandboxOptions = {}) {
    this.#log = carefulLog(logger);
    this.#settings = readSandboxOptions(options);
    this.#runtime = new SandboxRuntime(this.#settings.runtime);
    this.#watch = new MemoryWatch((id, megabytes) => this.updateMemoryUsage(id, megabytes));
  }

  async createIsolate(manifest: IPluginManifest): Promise<SandboxIsolate> {
    const read = readManifest(manifest);
    if (this.#isDisposed) throw disposed(read.id);
    const isolate = new LiveIsolate({
      manifest: read,
      settings: this.#settings,
      runtime: this.#runtime,
      log: this.#log,
    });
    this.#opening.add(isolate);
    try {
      await isolate.open();
      isolate.assertLive();
    } finally {
      this.#opening.delete(isolate);
    }
    const { handle } = isolate;
    this.#known.set(handle, isolate);
    this.#active.set(handle.id, isolate);
    this.#watch.add(isolate);
    await this.#watch.measure(isolate);
    isolate.assertLive();
    this.#log("debug", "Isolate created", { plugin: handle.pluginId, isolate: handle.id });
    return handle;
  }

  async executeInSandbox<T>(isolate: SandboxIsolate, code: string, context: SandboxContext): Promise<T> {
    const live = this.#live(isolate);
    const plugin = live.handle.pluginId;
    if (typeof code !== "string") throw new PluginError("ERR_PLUGIN_ARGUMENT", "Code has to be a string", { plugin });
    try {
      return (await live.execute(code, readContext(context, plugin))) as T;
    } finally {
      if (!live.isDisposed) await this.#watch.measure(live);
    }
  }

  dispose(isolate: SandboxIsolate): void {
    this.#end(this.#find(isolate));
  }

  disposeAll(): void {
    for (const isolate of [...this.#opening, ...this.#active.values()]) this.#end(isolate);
  }

  /** 0 between the end of what ran in it, and what runs next. */
  getMemoryUsage(isolate: SandboxIsolate): number {
    return this.#live(isolate).memoryBytes;
  }

  /**
   * Keeps what was measured.
   *
   * @internal
   * @throws PluginError `ERR_PLUGIN_UNKNOWN`, also for one that was disposed of; `ERR_PLUGIN_ARGUMENT`
   */
  updateMemoryUsage(isolateId: string, memoryMB: number): void {
    const isolate = this.#active.get(isolateId);
    if (isolate === undefined) throw unknown();
    if (!Number.isFinite(memoryMB) || memoryMB < 0)
      throw new PluginError("ERR_PLUGIN_ARGUMENT", "Memory is a number of MiB, from 0", {
        plugin: isolate.handle.pluginId,
      });
    isolate.memoryBytes = Math.round(memoryMB * 2 ** 20);
  }

  /** How many isolates there are. */
  getActiveIsolateCount(): number {
    return this.#active.size;
  }

  /** The isolates that there are, in the order in which they were made. */
  getActiveIsolates(): readonly SandboxIsolate[] {
    return [...this.#active.values()].map(({ handle }) => handle);
  }

  /** Disposes of all isolates, for good, and settles when nothing of them is left: no process, no timer. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.disposeAll();
    await Promise.all(this.#endings);
    await this.#runtime.ended();
  }

  #end(isolate: LiveIsolate): void {
    if (isolate.isDisposed) return;
    const { id, pluginId } = isolate.handle;
    this.#active.delete(id);
    this.#watch.delete(isolate);
    const ending = isolate
      .end()
      .catch((error: unknown) => this.#log("error", "Isolate not ended", { plugin: pluginId, isolate: id, error }))
      .finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
    this.#log("debug", "Isolate disposed of", { plugin: pluginId, isolate: id });
  }

  /** @throws PluginError `ERR_PLUGIN_UNKNOWN` */
  #find(isolate: SandboxIsolate): LiveIsolate {
    const found = this.#known.get(isolate);
    if (found === undefined) throw unknown();
    return found;
  }

  #live(isolate: SandboxIsolate): LiveIsolate {
    const found = this.#find(isolate);
    found.assertLive();
    return found;
  }
}

function unknown(): PluginError {
  return new PluginError("ERR_PLUGIN_UNKNOWN", "There is no such isolate in this sandbox");
}

function disposed(plugin: string): PluginError {
  return new PluginError("ERR_PLUGIN_DISPOSED", "The sandbox was disposed of", { plugin });
}
