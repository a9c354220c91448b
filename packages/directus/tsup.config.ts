import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

export default defineConfig([
  library(),
  // What runs in extensions' guests: each file for itself, read as text.
  library({
    entry: {
      "guest/api": "src/guest/api.ts",
      "guest/entry": "src/guest/entry.ts",
      "guest/globals": "src/guest/globals.ts",
    },
    external: [/^directus:/],
    platform: "neutral",
    dts: false,
    clean: false,
    sourcemap: false,
  }),
]);
