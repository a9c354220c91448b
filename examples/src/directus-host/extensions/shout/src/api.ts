/// <reference types="@vivarium/directus/api.d.ts" />
import type { SandboxOperationConfig } from "directus:api";
import { log, sleep } from "directus:api";

const config: SandboxOperationConfig = {
  id: "shout",
  handler: async ({ text }) => {
    log("takes a breath");
    await sleep(10);
    return `${text.toUpperCase()}!`;
  },
};

// biome-ignore lint/style/noDefaultExport: it is how extensions are written
export default config;
