import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

/** `clean` stays off: the code of guests, made by another step, lies in the same folder. */
export default defineConfig(
  library({ clean: false, entry: { index: "src/index.ts", conformance: "src/conformance/index.ts" } }),
);
