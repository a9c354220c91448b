import { describeRuntimeDriver } from "@vivarium/conformance";
import { createNodeRuntimeDriverFactory } from "../../src/index.ts";

describeRuntimeDriver("inline cells", () => createNodeRuntimeDriverFactory({ cells: "inline" }), {
  abortsBusyGuests: false,
  boundsProcesses: false,
  waitsForChecks: false,
});
