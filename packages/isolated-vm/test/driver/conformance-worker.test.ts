import { describeRuntimeDriver } from "@vivarium/conformance";
import { createNodeRuntimeDriverFactory } from "../../src/index.ts";

describeRuntimeDriver("worker cells", () => createNodeRuntimeDriverFactory({ cells: "worker" }), {
  boundsProcesses: false,
});
