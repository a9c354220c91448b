import { describeRuntimeDriver } from "@vivarium/conformance";
import { createNodeRuntimeDriverFactory } from "../../src/index.ts";

describeRuntimeDriver("shared process cells", () => createNodeRuntimeDriverFactory({ isolation: "shared" }), {
  boundsProcesses: process.platform === "linux",
});
