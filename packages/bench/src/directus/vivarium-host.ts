import { DirectusExtensions, readManifest } from "@vivarium/directus";
import { BareRuntime, createNodeDriver, createNodeRuntimeDriverFactory } from "vivarium";
import { type BenchedHost, extensionCode } from "./extension-host.ts";

/** @param isolation whether extensions share processes */
export async function openVivarium(isolation: "guest" | "shared"): Promise<BenchedHost> {
  const runtime = new BareRuntime({
    systemDriver: createNodeDriver(),
    // As extensions have.
    memoryLimit: 100,
    runtimeDriverFactory: createNodeRuntimeDriverFactory({
      maxGuests: 1000,
      ...(isolation === "shared" && { isolation }),
    }),
  });
  const host = new DirectusExtensions({ runtime });
  return {
    async load(id) {
      const manifest = readManifest({
        name: id,
        version: "1.0.0",
        "directus:extension": {
          type: "operation",
          path: { app: "dist/app.js", api: "dist/api.js" },
          source: { app: "src/app.js", api: "src/api.js" },
          host: "^12.0.0",
          sandbox: { enabled: true, requestedScopes: { log: {} } },
        },
      });
      await host.loadPackage({ manifest, code: extensionCode(id) });
    },
    call: (id, options) => host.operations.run(id, options),
    async [Symbol.asyncDispose]() {
      await host.dispose();
      await runtime.dispose();
    },
  };
}
