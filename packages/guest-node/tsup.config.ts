import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

/**
 * Beside the host's side: what an installed package runs to make what the machine has not got.
 * `clean` stays off: the guest bundle, made by another step, lies in the same folder.
 */
export default defineConfig(
  library({
    entry: {
      index: "src/index.ts",
      prepare: "scripts/prepare.ts",
      "write-node-tables": "scripts/write-node-tables.ts",
    },
    dts: { entry: "src/index.ts" },
    splitting: false,
    clean: false,
  }),
);
