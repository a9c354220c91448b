import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

/** Beside the driver, the programs of its processes: the driver starts them as `cell/main.js`, `cell/zygote-main.js`. */
export default defineConfig(
  library({
    entry: {
      index: "src/index.ts",
      "cell/main": "src/cell/main.ts",
      "cell/zygote-main": "src/cell/zygote-main.ts",
      "cell/worker-main": "src/cell/worker-main.ts",
      "inline/crypto-thread-main": "src/inline/crypto-thread-main.ts",
    },
    dts: { entry: "src/index.ts" },
  }),
);
