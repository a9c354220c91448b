/// <reference types="@vivarium/directus/api.d.ts" />
import type { SandboxOperationConfig } from "directus:api";

const config: SandboxOperationConfig = {
  id: "slug",
  handler: ({ text }) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
};

// biome-ignore lint/style/noDefaultExport: it is how extensions are written
export default config;
