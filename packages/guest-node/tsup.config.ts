import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

/** `clean` stays off: the guest bundle, made by another step, lies in the same folder. */
export default defineConfig(library({ clean: false }));
