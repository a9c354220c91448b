import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

/** Beside the driver, the program of a cell process: the driver starts it as `cell/main.js`. */
export default defineConfig(
  library({
    entry: { index: "src/index.ts", "cell/main": "src/cell/main.ts" },
    dts: { entry: "src/index.ts" },
  }),
);
