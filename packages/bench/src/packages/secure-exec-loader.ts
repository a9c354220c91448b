import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "@vivarium/package-tests";
import type { Loader } from "./loader.ts";

interface Peer {
  readonly NodeRuntime: new (
    options: object,
  ) => {
    exec(code: string, options: object): Promise<{ readonly code: number; readonly errorMessage?: string }>;
    terminate?(): Promise<void>;
    dispose?(): void;
  };
  createNodeDriver(options: object): unknown;
  createNodeRuntimeDriverFactory(): unknown;
  createInMemoryFileSystem(): unknown;
  readonly allowAll: object;
}

/** The peer, as npm has installed it in `folder`. Its clocks stand still, so that only its host can tell the time. */
export async function secureExecLoader(folder: string): Promise<Loader> {
  const entry = join(folder, "node_modules", "secure-exec", "dist", "index.js");
  const peer: Peer = await import(pathToFileURL(entry).href);
  const runtime = new peer.NodeRuntime({
    systemDriver: peer.createNodeDriver({
      filesystem: peer.createInMemoryFileSystem(),
      moduleAccess: { cwd: packageRoot },
      permissions: peer.allowAll,
    }),
    runtimeDriverFactory: peer.createNodeRuntimeDriverFactory(),
    memoryLimit: 512,
  });
  return {
    title: "secure-exec 0.2.1",
    async load({ loading, isModule }) {
      const began = performance.now();
      const filePath = `/root/load.${isModule ? "mjs" : "cjs"}`;
      const { code, errorMessage } = await runtime.exec(loading, { filePath, cwd: "/root" });
      if (code !== 0) throw new Error(errorMessage ?? `code ${code}`);
      return { wholeMs: performance.now() - began };
    },
    async [Symbol.asyncDispose]() {
      await runtime.terminate?.();
      runtime.dispose?.();
    },
  };
}
