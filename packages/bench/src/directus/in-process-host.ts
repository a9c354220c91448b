import type { Isolate, Reference } from "isolated-vm";
import { type BenchedHost, extensionCode } from "./extension-host.ts";

/** Directus' own limits. */
const MEMORY_MIB = 100;
const TIMEOUT_MS = 1000;

interface Loaded {
  readonly isolate: Isolate;
  readonly handler: Reference<(options: object) => unknown>;
}

/**
 * The same work on isolated-vm in the host's own process, one isolate for each extension, as Directus does it: arguments
 * and results copied, a time limit on each call, functions of the host behind references.
 */
export async function openInProcess(): Promise<BenchedHost> {
  const { default: ivm } = await import("isolated-vm");
  const extensions = new Map<string, Loaded>();
  return {
    async load(id) {
      const isolate = new ivm.Isolate({ memoryLimit: MEMORY_MIB });
      const context = await isolate.createContext();
      const api = await isolate.createContext();
      await api.global.set("hostLog", new ivm.Callback((_message: string) => undefined));
      const sdk = await isolate.compileModule("export const log = (message) => hostLog(message);");
      await sdk.instantiate(api, () => {
        throw new Error("it imports nothing");
      });
      await sdk.evaluate({ timeout: TIMEOUT_MS });
      const module = await isolate.compileModule(extensionCode(id), { filename: `file:///${id}.js` });
      await module.instantiate(context, () => sdk);
      await module.evaluate({ timeout: TIMEOUT_MS });
      const exported = await module.namespace.get("default", { reference: true });
      extensions.set(id, { isolate, handler: await exported.get("handler", { reference: true }) });
    },
    call(id, options) {
      const loaded = extensions.get(id) as Loaded;
      return loaded.handler.apply(undefined, [options], {
        arguments: { copy: true },
        result: { copy: true, promise: true },
        timeout: TIMEOUT_MS,
      });
    },
    async [Symbol.asyncDispose]() {
      for (const { isolate } of extensions.values()) isolate.dispose();
    },
  };
}
