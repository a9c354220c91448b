import { describeRuntimeDriver } from "@vivarium/conformance";
import { createNodeRuntimeDriverFactory } from "../../src/index.ts";

describeRuntimeDriver("process cells", () => createNodeRuntimeDriverFactory({ cells: "process" }), {
  boundsProcesses: process.platform === "linux",
});
