import { serialize } from "node:v8";
import { PluginError } from "../errors/plugin-error.ts";
import type { ServiceMethod } from "../services/service-method.ts";
import { PlainMethod } from "../services/service-methods.ts";

/** What of a storage writes nothing. */
const READS: ReadonlySet<string> = new Set(["get", "has", "keys", "list", "usage"]);
const FREES: ReadonlySet<string> = new Set(["delete", "remove"]);

/**
 * Counts what one isolate writes to a storage of the host's own that knows no quota. Of what was there before it knows nothing;
 * a method that it does not know writes what it is given, for good.
 */
export class StorageQuota {
  readonly #quotaBytes: number;
  readonly #plugin: string;
  readonly #written: Map<string, number> = new Map();
  #used = 0;

  constructor(quotaBytes: number, plugin: string) {
    this.#quotaBytes = quotaBytes;
    this.#plugin = plugin;
  }

  /** The methods of a storage within the quota; those that were made for plugins count for themselves. */
  bound(methods: ReadonlyMap<string, ServiceMethod>): ReadonlyMap<string, ServiceMethod> {
    return new Map(
      [...methods].map(([name, method]) => [name, this.#isBound(name, method) ? this.#counted(name, method) : method]),
    );
  }

  #isBound(name: string, method: ServiceMethod): boolean {
    return method instanceof PlainMethod && !READS.has(name);
  }

  #counted(name: string, { run }: ServiceMethod): ServiceMethod {
    const counted: ServiceMethod["run"] = async (call, ...args) => {
      const key = `${name === "set" || FREES.has(name) ? "" : name}:${String(args[0])}`;
      if (!FREES.has(name) && name !== "clear") this.#reserve(key, name, args);
      const answer = await run(call, ...args);
      if (FREES.has(name)) this.#set(key, 0);
      if (name === "clear") this.#clear();
      return answer;
    };
    return new PlainMethod([], undefined, counted);
  }

  /**
   * Before it is written, so that two at once do not pass together; of a write that fails nobody knows what it has left.
   *
   * @throws PluginError `ERR_PLUGIN_QUOTA`
   */
  #reserve(key: string, name: string, args: readonly unknown[]): void {
    const before = this.#written.get(key) ?? 0;
    const bytes = serialize(args).byteLength + (name === "set" ? 0 : before);
    const used = this.#used - before + bytes;
    if (used > this.#quotaBytes) {
      const message = `Its storage is full: it would have ${used} of ${this.#quotaBytes} bytes`;
      throw new PluginError("ERR_PLUGIN_QUOTA", message, { plugin: this.#plugin });
    }
    this.#set(key, bytes);
  }

  #set(key: string, bytes: number): void {
    this.#used += bytes - (this.#written.get(key) ?? 0);
    if (bytes === 0) this.#written.delete(key);
    else this.#written.set(key, bytes);
  }

  #clear(): void {
    this.#written.clear();
    this.#used = 0;
  }
}
