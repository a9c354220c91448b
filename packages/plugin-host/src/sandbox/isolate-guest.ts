import type { Runtime } from "vivarium";
import { PluginError } from "../errors/plugin-error.ts";
import { type ContextGates, PluginGuest } from "../life/plugin-guest.ts";
import type { PluginManifest } from "../manifest/plugin-manifest.ts";

/** Milliseconds within which a guest answers that has nothing to do, on a busy machine, too. */
const AWAKE_MS = 1_000;

/** What a guest of an isolate is made of. */
export interface IsolateGuestParts {
  readonly runtime: Runtime;
  readonly manifest: PluginManifest;
  readonly gates: ContextGates;
  readonly resultLimitBytes: number;
  /** Ends it, and what loads it. */
  readonly signal: AbortSignal;
  readonly onMessage: (message: string) => void;
}

/** The guest that an isolate has at present, and why it is its no longer. */
export class IsolateGuest {
  readonly guest: PluginGuest;
  /** What has ended it, once one of its executions has gone past a limit: the others end by the same. */
  #limit: PluginError | undefined;

  private constructor(guest: PluginGuest) {
    this.guest = guest;
  }

  /** @throws PluginError `ERR_PLUGIN_LOAD`, `ERR_PLUGIN_LIMIT` */
  static async load({ manifest, ...parts }: IsolateGuestParts): Promise<IsolateGuest> {
    const { id: plugin, limits } = manifest;
    const guest = await PluginGuest.load({ plugin, limits, program: "script", modules: {}, ...parts });
    return new IsolateGuest(guest);
  }

  /** Ends it for what one of its executions has failed with. */
  retire(error: PluginError): void {
    if (error.code === "ERR_PLUGIN_LIMIT") this.#limit ??= error;
    void this.guest.dispose();
  }

  /** What an execution has failed with, as far as this is known better by another. */
  reasonOf(error: PluginError): PluginError {
    if (error.code !== "ERR_PLUGIN_DISPOSED" || this.#limit === undefined) return error;
    const { message, plugin, limit } = this.#limit;
    return new PluginError("ERR_PLUGIN_LIMIT", message, {
      cause: error,
      ...(plugin !== undefined && { plugin }),
      ...(limit !== undefined && { limit }),
    });
  }

  /** Whether nothing keeps its thread from what comes next. */
  async isAwake(): Promise<boolean> {
    try {
      await this.guest.call("isAwake", [], { timeoutMs: AWAKE_MS });
      return true;
    } catch {
      return false;
    }
  }

  /** Bytes that it takes, as far as that can be told in good time. */
  async memoryBytes(): Promise<number | undefined> {
    const usage = await this.guest.usage();
    return usage === undefined ? undefined : usage.heapUsedBytes + usage.externalBytes;
  }
}

/** Whether a guest is of no use after an execution that has failed so: it has ended, or is about to. */
export function isOver({ code, limit }: PluginError): boolean {
  return code === "ERR_PLUGIN_DISPOSED" || (code === "ERR_PLUGIN_LIMIT" && limit !== "result");
}

/** Whether nobody waits any more for what an execution does: it may go on all the same. */
export function isGivenUp({ code }: PluginError): boolean {
  return code === "ERR_PLUGIN_TIMEOUT" || code === "ERR_PLUGIN_ABORTED";
}
